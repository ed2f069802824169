// Where a time axis has its marks, in the reader's zone. A local day begins at its first instant, which is not 00:00 where
// the clocks go forward at midnight (Cairo, Beirut, Santiago, Havana): the language's own Date gives that instant for a
// 00:00 that does not exist. Pure.

const kHour = 3600;
const kDay = 86_400;
const kMonth = 28 * kDay; // the shortest

// The first instant of the local day, in seconds.
export function dayStart(at: number): number {
  const date = new Date(at * 1000);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime() / 1000;
}

export function isDayStart(at: number): boolean {
  return dayStart(at) === at;
}

// Marks from `from` to `to`, about `step` seconds apart: at whole steps of each local day, of days, or of months.
export function localMarks(from: number, to: number, step: number): number[] {
  const marks: number[] = [];
  const add = (at: number) => {
    // Two local times may be one instant, and the other way round.
    if (at >= from && at <= to && at > (marks[marks.length - 1] ?? -Infinity)) marks.push(at);
  };
  const first = new Date(from * 1000);
  const [year, month, day] = [first.getFullYear(), first.getMonth(), first.getDate()];
  const local = (y: number, m: number, d: number, hour = 0) => new Date(y, m, d, hour).getTime() / 1000;
  if (step >= kMonth) {
    const months = Math.max(1, Math.round(step / (30 * kDay)));
    for (let n = -(month % months); local(year, month + n, 1) <= to; n += months) add(local(year, month + n, 1));
  } else if (step >= kDay) {
    const days = Math.round(step / kDay);
    for (let n = 0; local(year, month, day + n) <= to; n += days) add(local(year, month, day + n));
  } else if (step > kHour) {
    const hours = Math.round(step / kHour);
    for (let n = 0; local(year, month, day + n) <= to; n += 1) {
      for (let hour = 0; hour < 24; hour += hours) {
        const at = local(year, month, day + n, hour);
        // An hour that the clocks skip is the same instant as the next one; of the day before it must not be.
        if (new Date(at * 1000).getDate() === new Date(local(year, month, day + n) * 1000).getDate()) add(at);
      }
    }
  } else {
    // Whole minutes and hours: the same in zones that are whole or half hours away.
    const start = dayStart(from);
    for (let at = start + Math.ceil((from - start) / step) * step; at <= to; at += step) add(at);
  }
  return marks;
}
