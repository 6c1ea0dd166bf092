/** The size of a box of the drawing, in pixels. */
export const BOX = { width: 190, height: 46 } as const;
