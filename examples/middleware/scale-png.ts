import { Pica } from 'pica';
import { PNG } from 'pngjs';

const pica = new Pica({ features: ['js'] });

/** Scales an image to a width, keeping its proportions. Returns it as PNG. */
export async function scalePng(image: PNG, width: number): Promise<Buffer> {
  const height = Math.max(1, Math.round((image.height * width) / image.width));
  const data = await pica.resizeBuffer({
    src: image.data,
    width: image.width,
    height: image.height,
    toWidth: width,
    toHeight: height,
  });
  const scaled = new PNG({ width, height });
  scaled.data = Buffer.from(data);
  return PNG.sync.write(scaled);
}
