// The draws of the risk method: the index under a thousand plausible sets of weights and grading errors.

import { index } from "./index.js";
import { exposure, isFinding, nominal, scoredOf, weigh } from "./matter.js";
import { uniforms } from "./random.js";

function triangular(u, [low, middle, high]) {
  if (u * (high - low) < middle - low) return low + Math.sqrt(u * (high - low) * (middle - low));
  return high - Math.sqrt((1 - u) * (high - low) * (high - middle));
}

/** Returns how many steps a coder was off: one down in the lowest `error` of `u`, one up in the highest. */
const misstep = (u, error) => (u < error ? -1 : u >= 1 - error ? 1 : 0);

function neighbour(code, step) {
  const scale = ["ABCDE", "12345"].find((codes) => codes.includes(code));
  return scale ? scale[Math.min(Math.max(scale.indexOf(code) + step, 0), scale.length - 1)] : code;
}

/** Returns a function that gives the form of a matter in each draw, with its grading errors. */
function misgraded(matter, coding, method) {
  const start = `CIRP:${coding.version}|${coding.slug}|m${matter.tag}|`;
  const drawn = (key) => uniforms(start + key, method.N_DRAWS);
  const error = method.GRADE_ERR[coding.coders];
  const side = (sign, grades) => grades.map((grade, place) => {
    const key = `${sign}${grade}#${grades.slice(0, place + 1).filter((other) => other === grade).length}`;
    const halves = [drawn(`${key}|r`), drawn(`${key}|c`)];
    return (n) => halves.map((u, half) => neighbour(grade[half], misstep(u[n], error))).join("");
  });
  const [supporting, refuting] = [side("+", matter.supporting), side("-", matter.refuting)];
  const links = matter.link >= 3 && !isFinding(matter) ? drawn("L") : null;
  return (n) => ({
    ...matter,
    link: links ? Math.min(matter.link + misstep(links[n], method.LINK_ERR[coding.coders]), 4) : matter.link,
    supporting: supporting.map((grade) => grade(n)),
    refuting: refuting.map((grade) => grade(n)),
  });
}

const remembered = new Map();

/** Returns the weights of every draw, the same for all candidacies: one uniform for a group, so that ordered codes stay ordered. */
function drawnWeights(method) {
  if (!remembered.has(method)) {
    const groups = Object.fromEntries(method.GROUPS.map((g) => [g, uniforms(`CIRP:${method.version}|p|${g}`, method.N_DRAWS)]));
    const weights = (_, n) => weigh(method, (group, span) => triangular(groups[group][n], span));
    remembered.set(method, Array.from({ length: method.N_DRAWS }, weights));
  }
  return remembered.get(method);
}

/** Returns the index in every draw, from 0 to 100, or null where nothing is scored. */
export function draw(coding, method) {
  const scored = scoredOf(coding, nominal(method), method);
  if (!scored.length) return null;
  const forms = scored.map((matter) => misgraded(matter, coding, method));
  return Float64Array.from(drawnWeights(method), (w, n) =>
    100 * index(scored, forms.map((form) => exposure(form(n), w)), w, method).whole);
}
