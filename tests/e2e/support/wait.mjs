// Waiting for a condition, and small assertions with words. What changes by itself (a page, a mailbox, the focus, an
// address) is looked at until it is as it should be; `check` and `equal` are for what stands still.

// How long anything may take to happen, in seconds: a bound for a busy machine, reached by nothing that works.
export const kPatience = 45;

// Gives the first truthy answer of `look`. A look that throws is one in vain.
export async function until(what, look, { seconds = kPatience, everyMs = 50 } = {}) {
  const deadline = performance.now() + seconds * 1000;
  let problem;
  for (;;) {
    try {
      const value = await look();
      if (value) return value;
      problem = undefined;
    } catch (thrown) {
      problem = thrown;
    }
    if (performance.now() > deadline) throw new Error(`waited ${seconds} s in vain: ${what}${problem ? ` (${problem.message})` : ""}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

// `equal` of what changes by itself.
export async function becomes(look, expected, what, how = {}) {
  await until(what, async () => {
    equal(await look(), expected, what);
    return true;
  }, how);
}

export function check(truth, what) {
  if (!truth) throw new Error(what);
}

export function equal(found, expected, what) {
  if (found !== expected) throw new Error(`${what}: found ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
}

export function nothing(list, what) {
  if (list.length > 0) throw new Error(`${what}:\n${list.map((each) => `- ${each}`).join("\n")}`);
}
