// node zones.mjs <zoneinfo directory> <output>: the table of time zones that goes into the executable, for machines without
// one. The first line is the version, "2025b". Then one line for each rule, followed by the names of all zones that go by
// it: "CET-1CEST,M3.5.0,M10.5.0/3 Europe/Berlin Europe/Paris". A zone that no rule describes (Morocco's goes by the moon)
// has its changes from 2025 to 2044 before the names, in minutes: "<+01>-1;60;29007480,0;29053560,60 Africa/Casablanca".
// Sorted, so that the same zones give the same bytes.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [directory, output] = process.argv.slice(2);
const kFrom = Date.UTC(2025, 0, 1) / 1000;
const kTo = Date.UTC(2045, 0, 1) / 1000;
const kNoRule = 2 ** 31; // a file that lists changes after 2038 has no rule for them

// TZif (RFC 9636), second part: the changes as [seconds, offset], and the rule at the end.
function read(bytes) {
  const counts = (at) => ['utc', 'standard', 'leaps', 'changes', 'types', 'letters'].reduce((all, name, i) => (
    { ...all, [name]: bytes.readUInt32BE(at + 20 + 4 * i) }), {});
  const first = counts(0);
  const second = 44 + first.changes * 5 + first.types * 6 + first.letters + first.leaps * 8 + first.standard + first.utc;
  const { utc, standard, leaps, changes, types, letters } = counts(second);
  const times = second + 44;
  const kinds = times + changes * 9;
  const offset = (type) => bytes.readInt32BE(kinds + type * 6);
  const list = [];
  for (let i = 0; i < changes; ++i) {
    list.push([Number(bytes.readBigInt64BE(times + i * 8)), offset(bytes.readUInt8(times + changes * 8 + i))]);
  }
  const end = kinds + types * 6 + letters + leaps * 12 + standard + utc;
  return { list, first: offset(0), rule: bytes.toString('latin1', end + 1, bytes.indexOf(10, end + 1)) };
}

function describe({ list, first, rule }) {
  if (rule === '' || !list.some(([at]) => at > kNoRule)) return rule;
  const before = list.filter(([at]) => at < kFrom).at(-1)?.[1] ?? first;
  const kept = list.filter(([at]) => at >= kFrom && at < kTo);
  return [rule, before / 60, ...kept.map(([at, offset]) => `${at / 60},${offset / 60}`)].join(';');
}

const names = new Map();
function collect(path, prefix) {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const name = prefix + entry.name;
    if (['right', 'posix', 'posixrules', 'localtime', 'Factory'].includes(name)) continue;
    if (entry.isDirectory()) {
      collect(join(path, entry.name), `${name}/`);
      continue;
    }
    const bytes = readFileSync(join(path, entry.name));
    if (bytes.toString('latin1', 0, 4) !== 'TZif' || bytes[4] < 0x32) continue;
    const rule = describe(read(bytes));
    if (rule !== '') names.set(rule, [...(names.get(rule) ?? []), name]);
  }
}

const list = join(directory, 'tzdata.zi');
if (!existsSync(list)) throw new Error(`${list} is missing: install tzdata`);
collect(directory, '');
const version = readFileSync(list, 'latin1').match(/^# version (\S+)/)[1];
const lines = [...names].map(([rule, zones]) => `${rule} ${zones.sort().join(' ')}`).sort();
writeFileSync(output, `${[version, ...lines].join('\n')}\n`);
