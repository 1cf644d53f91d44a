// A name server for one name, by UDP (RFC 1035 §4).
import { createSocket } from 'node:dgram';

const typeA = 1;
const nameError = 3;

function readName(packet, start) {
  const labels = [];
  let at = start;
  while (packet[at] !== 0) {
    labels.push(packet.toString('latin1', at + 1, at + 1 + packet[at]));
    at += 1 + packet[at];
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

/// Answers that `name` is at 127.0.0.1, and that there is no other. {asked, close()}: the names that were asked for.
export async function startDnsServer(name, address) {
  const asked = [];
  const socket = createSocket('udp4');
  socket.on('message', (packet, { port, address: from }) => {
    const question = readName(packet, 12);
    asked.push(question.name);
    const known = question.name === name;
    const answers = known && packet.readUInt16BE(question.end) === typeA ? 1 : 0;
    const header = Buffer.from(packet.subarray(0, 12));
    header.writeUInt16BE(0x8180 | (known ? 0 : nameError), 2); // an answer, recursion desired and available
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(answers, 6);
    header.fill(0, 8);
    // The name (a pointer to the question's), its type and class, a minute to live, four bytes.
    const record = Buffer.from([0xc0, 12, 0, typeA, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
    socket.send(Buffer.concat([header, packet.subarray(12, question.end + 4), ...(answers ? [record] : [])]), port, from);
  });
  await new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(53, address, resolve);
  });
  return { asked, close: () => new Promise((resolve) => { socket.close(resolve); }) };
}
