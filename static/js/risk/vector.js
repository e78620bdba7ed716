// The vector string of the risk method: one line that holds everything a profile is computed from, in one valid form.

const COUNT = "0|[1-9][0-9]{0,8}";
const FORUM = ["[RPUN]", "a forum grade"];

/** A vector is not in its one valid form; `position` is the character, counted from 1. */
export class VectorError extends Error {
  constructor(at, wrong) {
    super(`At character ${at + 1}: ${wrong}`);
    this.position = at + 1;
  }
}

/** Returns the coding that a vector carries under a version of the method, or throws a VectorError. */
export function parse(vector, method) {
  const text = new Reader(vector);
  const version = text.after("CIRP:", "[0-9]+\\.[0-9]+", "a version such as 1.0");
  if (version !== method.version) throw new VectorError(5, `version ${version} is unknown; known is ${method.version}.`);
  const coding = {
    version,
    slug: text.after("/I:", "[A-Za-z0-9][A-Za-z0-9_-]*", "a slug of letters, digits, - and _"),
    ...days(text),
    coders: text.after("/Q:", "[12]", "1 or 2 coders"),
    ...checks(text),
    reply: text.after("/RR:", "[NSXDE]", "a reply state"),
    opposition: counts(text, "/OB:"),
    support: counts(text, "/SB:"),
    matters: [],
  };
  while (!text.atEnd) coding.matters.push(matter(text, coding.matters.at(-1)?.tag ?? 0, method));
  return coding;
}

/** A place in a vector that moves forward over what was read. */
class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  get atEnd() {
    return this.at === this.text.length;
  }

  sees(literal) {
    return this.text.startsWith(literal, this.at);
  }

  /** Moves over what matches a pattern and returns it. */
  take(pattern, what) {
    const expected = new RegExp(pattern, "y");
    expected.lastIndex = this.at;
    const found = expected.exec(this.text);
    if (!found) throw new VectorError(this.at, `expected ${what}.`);
    this.at += found[0].length;
    return found[0];
  }

  /** Moves over a literal and what matches a pattern behind it, and returns the latter. */
  after(literal, pattern, what) {
    if (!this.sees(literal)) throw new VectorError(this.at, `expected '${literal}'.`);
    this.at += literal.length;
    return this.take(pattern, what);
  }
}

function days(text) {
  const asOf = day(text, "/D:");
  if (!text.sees(".")) return { asOf, known: null };
  const known = day(text, ".");
  if (known === asOf) throw new VectorError(text.at - 8, "a known date equal to the as-of date is left out.");
  return { asOf, known };
}

function day(text, literal) {
  const digits = text.after(literal, "[0-9]{8}", "a day as eight digits");
  const iso = digits.replace(/(....)(..)(..)/, "$1-$2-$3");
  const time = digits < "0001" ? NaN : Date.parse(iso);
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== iso)
    throw new VectorError(text.at - 8, `${digits} is no day of the calendar.`);
  return digits;
}

function checks(text) {
  const start = text.at + "/C:".length;
  const done = Number(text.after("/C:", COUNT, "the number of checks done"));
  const applicable = Number(text.after(".", COUNT, "the number of applicable checks"));
  if (done > applicable || applicable > 12) throw new VectorError(start, `${done} of ${applicable} checks is not possible.`);
  return { done, applicable };
}

function counts(text, field) {
  if (!text.sees(field)) return null;
  return [field, "."].map((literal) => {
    const count = text.after(literal, `x|${COUNT}`, "a number, or x");
    return count === "x" ? null : Number(count);
  });
}

function matter(text, after, method) {
  const start = text.at + 1;
  text.after("/", "m", "a matter");
  const found = {
    tag: Number(text.take("[1-9][0-9]{0,8}", "the number of the matter")),
    severity: Number(text.after(":S", "[1-5]", "a severity")),
    link: Number(text.after("L", "[0-4]", "a link")),
    ...stage(text, method),
    supporting: grades(text, "+"),
    refuting: grades(text, "-"),
  };
  if (found.tag <= after) throw new VectorError(start, `matter ${found.tag} follows ${after}; numbers must ascend.`);
  return found;
}

function stage(text, method) {
  const start = text.at;
  const found = { stage: text.take("K[0-7]|N0", "an adverse stage"), forum: text.take(...FORUM), exoneration: "", exonerationForum: "" };
  if (text.sees("~")) {
    found.exoneration = text.after("~", "X[1-4]", "an exoneration");
    found.exonerationForum = text.take(...FORUM);
  }
  if (["K0", "K1", "N0"].includes(found.stage) && found.forum !== "U")
    throw new VectorError(start, `${found.stage} carries forum U: no authority has examined it.`);
  if (found.exoneration && !method.X_SCOPE[found.exoneration].includes(found.stage))
    throw new VectorError(start, `${found.exoneration} does not discount ${found.stage}.`);
  return found;
}

function grades(text, sign) {
  const found = [];
  while (text.sees(sign)) {
    const grade = text.after(sign, "[A-F][1-6]", "an evidence grade");
    if (found.length && grade < found.at(-1)) throw new VectorError(text.at - 2, `grade ${grade}: grades must be sorted.`);
    found.push(grade);
  }
  return found;
}
