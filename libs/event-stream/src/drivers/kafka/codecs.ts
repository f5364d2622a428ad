import { decompress as decompressZstd } from 'fzstd';
import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import SnappyCodec from 'kafkajs-snappy';
import { compress as compressLz4, decompress as decompressLz4 } from 'lz4js';

let areRegistered = false;

/** kafkajs knows gzip only, and ends for good at the first batch in another form: all of Kafka's forms are registered. */
export function registerCodecs(): void {
  if (areRegistered) return;
  areRegistered = true;
  CompressionCodecs[CompressionTypes.Snappy] = SnappyCodec;
  CompressionCodecs[CompressionTypes.LZ4] = () => ({
    compress: async ({ buffer }: { buffer: Buffer }) => Buffer.from(compressLz4(buffer)),
    decompress: async (buffer: Buffer) => Buffer.from(decompressLz4(buffer)),
  });
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: () => Promise.reject(new Error('batches are not written as Zstandard')),
    decompress: async (buffer: Buffer) => Buffer.from(decompressZstd(buffer)),
  });
}

/** Forms that a consumer would stop at; none, once {@link registerCodecs} was called. */
export function missingCodecs(): readonly string[] {
  const codecs: Readonly<Record<number, unknown>> = CompressionCodecs;
  return (['GZIP', 'Snappy', 'LZ4', 'ZSTD'] as const).filter((name) => {
    const codec = codecs[CompressionTypes[name]];
    // kafkajs fills the places of those it lacks with functions that throw.
    return typeof codec !== 'function' || String(codec).includes('not implemented');
  });
}
