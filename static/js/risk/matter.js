// One matter of the risk method: the weights, its factors, and the stage that its proceedings reduce to.

/** Returns one number for every parameter, as `pick` chooses it: from its group, its range, and whether the index grows with it. */
export function weigh(method, pick) {
  const table = (name, group, apart = "", raises = true) => Object.fromEntries(
    Object.entries(method[name]).map(([code, span]) => [code, pick(code === apart ? code : group, span, raises)]));
  return {
    reliability: table("REL", "r", "F"), credibility: table("CRED", "c", "6"), severity: table("SEV", "g"),
    link: table("LINK", "l"), established: pick("l", method.LINK_ADJ_L3, true),
    stage: table("STAGE", "k"), kept: table("EXON", "w"),
    forum: table("FORUM_ADV", "f"), exonerating: table("FORUM_EXO", "f", "", false),
    dependence: pick("rho", method.RHO, false),
  };
}

export const nominal = (method) => weigh(method, (group, [, middle]) => middle);

export const isFinding = (matter) => ["K5", "K6", "K7"].includes(matter.stage) && matter.forum !== "N";
export const strength = (grade, w) => Math.sqrt(w.reliability[grade[0]] * w.credibility[grade[1]]);
export const product = (values) => values.reduce((whole, value) => whole * value, 1);

export function stageValue(matter, w) {
  const value = w.stage.K0 + (w.stage[matter.stage] - w.stage.K0) * w.forum[matter.forum];
  return matter.exoneration ? value * (1 - w.exonerating[matter.exonerationForum] * (1 - w.kept[matter.exoneration])) : value;
}

export const evidence = (grades, w) => corroborated(grades.map((grade) => strength(grade, w)), w.dependence);

/** Returns what independent origins of these strengths amount to, from 0 to 1. */
export function corroborated(strengths, dependence) {
  const [best = 0, ...others] = strengths.slice().sort((a, b) => b - a);
  return best + best * (1 - best) * (1 - dependence) * (1 - product(others.map((p) => 1 - p)));
}

export function exposure(matter, w, against = w) {
  const link = matter.link === 3 && isFinding(matter) ? w.established : w.link[`L${matter.link}`];
  return link * stageValue(matter, w) * evidence(matter.supporting, w) * (1 - evidence(matter.refuting, against));
}

export const admissible = (matter, w, method) => matter.supporting.filter((grade) => strength(grade, w) >= method.THETA).length;
export const scoredOf = (coding, w, method) =>
  coding.matters.filter((matter) => matter.link >= 2 && admissible(matter, w, method) > 0 && stageValue(matter, w) > 0);

// Proceedings

const ADVANCE = ["K0", "K1", "N0", "K2", "K3", "K4", "K5", "K6", "K7"];

/** Returns the stage that controls a matter, from acts of a code, a forum and a day such as "2021-11-23" or null. */
export function controlling(acts, method) {
  const w = nominal(method);
  const discount = ([code, forum]) => w.exonerating[forum] * (1 - w.kept[code]);
  const escapes = ([code, forum, day], [, other, before]) =>
    isFinding({ stage: code }) && day && before && day > before && w.forum[forum] >= w.exonerating[other];
  const exonerations = acts.filter(([code]) => code in method.EXON);
  const found = [["K0", "U", null], ...acts.filter(([code]) => code in method.STAGE)].map((act) => {
    const [stage, forum] = act;
    const reaching = exonerations.filter((each) => method.X_SCOPE[each[0]].includes(stage) && !escapes(act, each));
    const [exoneration, exonerationForum] = largest(reaching, (each) => [discount(each), each[0], each[1]]) ?? ["", ""];
    return { stage, forum: ADVANCE.indexOf(stage) < 3 ? "U" : forum, exoneration, exonerationForum };
  });
  return largest(found, (each) => [stageValue(each, w), ADVANCE.indexOf(each.stage), Object.values(each).join("")]);
}

function largest(items, key) {
  const isAbove = (a, b) => { const n = a.findIndex((part, place) => part !== b[place]); return n >= 0 && a[n] > b[n]; };
  return items.reduce((best, item) => (best === undefined || isAbove(key(item), key(best)) ? item : best), undefined);
}
