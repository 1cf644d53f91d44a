// Reads a zip's entries: [{name, mode, modified, bytes}]. As much of the format as our own archives use.
import { inflateRawSync } from 'node:zlib';

// APPNOTE.TXT §4.3.12, §4.3.16
const endRecord = 0x06054b50;
const centralHeader = 0x02014b50;

export function readZip(zip) {
  let end = zip.length - 22;
  while (end >= 0 && zip.readUInt32LE(end) !== endRecord) --end;
  if (end < 0) throw new Error('this is no zip');
  const entries = [];
  let at = zip.readUInt32LE(end + 16);
  for (let count = zip.readUInt16LE(end + 10); count > 0; --count) {
    if (zip.readUInt32LE(at) !== centralHeader) throw new Error('a zip without its directory');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(start, start + zip.readUInt32LE(at + 20));
    entries.push({
      name: zip.toString('utf8', at + 46, at + 46 + nameLength),
      mode: zip.readUInt32LE(at + 38) >>> 16,
      modified: zip.readUInt32LE(at + 12), // MS-DOS's date and time
      extraLength,
      bytes: zip.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed),
    });
    at += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
}
