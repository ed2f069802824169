// node precompress.mjs <directory>: writes <file>.gz and <file>.br beside every
// file that gets at least a tenth smaller by it. No time stamp enters the gzip
// header, so the same input gives the same bytes.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

function compress(directory) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      compress(path);
    } else if (!/\.(gz|br|map)$/.test(entry.name)) {
      const content = readFileSync(path);
      const keep = (suffix, bytes) => {
        if (bytes.length < content.length * 0.9) writeFileSync(path + suffix, bytes);
      };
      keep('.gz', gzipSync(content, { level: 9 }));
      keep('.br', brotliCompressSync(content, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
      }));
    }
  }
}

compress(process.argv[2]);
