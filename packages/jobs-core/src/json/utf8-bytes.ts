/** Counts the bytes a text takes in UTF-8, where half a surrogate pair is replaced by three. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 ? 1 : 2;
    if (unit < 0xd800 || unit > 0xdbff) continue;
    const next = text.charCodeAt(index + 1);
    // Two units are four bytes, and the second one is counted already. At the end it is `NaN`.
    if (next >= 0xdc00 && next <= 0xdfff) index += 1;
  }
  return bytes;
}
