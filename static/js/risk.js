// The risk method in the browser: a vector and the numbers of its version in, the profile that anyone gets out.
// It holds no weight: `method` is the published parameter file of the version, with its thresholds under RULES.

import { draw } from "./risk/draws.js";
import { index, originShares, shapley } from "./risk/index.js";
import { admissible, evidence, exposure, isFinding, nominal, scoredOf, strength, weigh } from "./risk/matter.js";
import { parse } from "./risk/vector.js";

export { originShares } from "./risk/index.js";
export { controlling, corroborated, nominal, stageValue, strength } from "./risk/matter.js";
export { uniforms } from "./risk/random.js";
export { VectorError, parse } from "./risk/vector.js";

const rounded = (value, decimals) => Number(value.toFixed(decimals));
const published = (eci) => Math.min(Math.floor(rounded(eci, 9)), 99);
const bandOf = (score, method) => method.BANDS.findLast(([lowest]) => score >= lowest)[1];

function statusOf(coding, scored, method) {
  const [part, whole] = method.COV_MIN.split("/").map(Number);
  const covered = coding.applicable > 0 && coding.done * whole >= part * coding.applicable;
  if (scored) return covered && coding.reply !== "N" ? "ASSESSED" : "PRELIMINARY";
  if (!covered) return "NOT ASSESSED";
  return coding.matters.length ? "RECORDED, NOT SCORED" : "NO RECORDED CONCERN FOUND";
}

function breadth(pair, rules) {
  if (!pair) return [0, 0];
  const half = (count, at) => (count === null ? 1 : count / (count + at));
  const index = (n, c) => rounded(100 * Math.sqrt(half(n, rules.half_signatories) * half(c, rules.half_countries)), 2);
  const [n, c] = pair;
  return [index(n ?? Math.max(c ?? 0, 1), c ?? 1), index(n, c ?? n)];
}

function confidenceIn(matter, w, method) {
  const strongest = Math.max(...matter.supporting.map((grade) => strength(grade, w)));
  const refuted = evidence(matter.refuting, w);
  const row = method.RULES.confidence.find((each) => {
    const found = isFinding(matter) && each.forums.includes(matter.forum) && !(each.undisputed && matter.exoneration);
    return refuted < each.refuted_below && (found || (admissible(matter, w, method) >= each.origins && strongest >= each.strongest));
  });
  return row ? row.level : method.RULES.lowest_confidence;
}

/** Returns the lowest confidence among the largest contributors, or null where nothing contributes. */
function lowestConfidence(matters, points, w, method) {
  const { confidence, lowest_confidence: lowest, decisive_share: share } = method.RULES;
  const levels = [lowest, ...confidence.map((row) => row.level).reverse()];
  const whole = points.reduce((sum, each) => sum + each, 0);
  let [held, least] = [0, null];
  for (const place of points.map((_, n) => n).sort((a, b) => rounded(points[b], 9) - rounded(points[a], 9))) {
    if (held >= share * whole - 1e-9 && least !== null) break;
    const level = levels.indexOf(confidenceIn(matters[place], w, method));
    least = least === null ? level : Math.min(least, level);
    held += points[place];
  }
  return least === null ? null : levels[least];
}

/** Returns the grade of every supporting origin of a matter with its part of the matter's points. */
function clustersOf(matter, points, w) {
  const shares = originShares(matter.supporting.map((grade) => strength(grade, w)), w.dependence);
  return matter.supporting.map((grade, place) => [grade, points * shares[place] / evidence(matter.supporting, w)]);
}

/** Returns the profile of a vector, by the names of the published cases; throws a VectorError. */
export function assess(vector, method) {
  const coding = parse(vector, method);
  const w = nominal(method);
  const scored = scoredOf(coding, w, method);
  const total = (xs, weights) => (scored.length ? 100 * index(scored, xs, weights, method).whole : 0);
  const xs = scored.map((matter) => exposure(matter, w));
  const parts = index(scored, xs, w, method);
  const points = shapley(scored.length, (present) => total(xs.map((x, n) => x * present[n]), w));
  const eci = total(xs, w);
  const score = scored.length ? published(eci) : null;
  const lowering = weigh(method, (group, [low, , high], raises) => (raises ? low : high));
  const raising = weigh(method, (group, [low, , high], raises) => (raises ? high : low));
  const end = (weights, against) => total(scored.map((matter) => exposure(matter, weights, against)), weights);
  const draws = draw(coding, method)?.sort() ?? null;
  const [low, high] = draws ? method.RULES.interval.map((quantile) => draws[Math.ceil(quantile * draws.length) - 1]) : [];
  const chances = {};
  for (const value of draws ?? []) chances[bandOf(published(value), method)] = (chances[bandOf(published(value), method)] ?? 0) + 1;
  return {
    version: coding.version,
    vector,
    status: statusOf(coding, scored.length, method),
    score,
    band: score === null ? null : bandOf(score, method),
    eci,
    lead: Math.max(0, ...scored.map((matter, n) => 100 * w.severity[matter.severity] * xs[n])),
    ...Object.fromEntries(["petty", "institutional", "unresolved", "finding", "final"].map((tier) => [tier, 100 * parts[tier]])),
    confidence: lowestConfidence(scored, points, w, method),
    unscored: coding.matters.length - scored.length,
    opposition: breadth(coding.opposition, method.RULES),
    support: breadth(coding.support, method.RULES),
    phi: Object.fromEntries(scored.map((matter, n) => [`m${matter.tag}`, points[n]])),
    splits: scored.map((matter, n) => ({ tag: matter.tag, clusters: clustersOf(matter, points[n], w) })),
    envelope: [end(lowering, raising), end(raising, lowering)],
    i90: draws && [Math.min(low, eci), Math.max(high, eci)],
    band_prob: draws && Object.fromEntries(Object.entries(chances).map(([band, count]) => [band, count / draws.length])),
  };
}

/** Returns in which share of the draws `a` is above `b`, a tie counting half; null if either has nothing scored. */
export function probabilityAbove(a, b, method) {
  const [drawsA, drawsB] = [a, b].map((vector) => draw(parse(vector, method), method));
  if (!drawsA || !drawsB) return null;
  return drawsA.reduce((held, value, n) => held + (value > drawsB[n] ? 1 : value === drawsB[n] ? 1 / 2 : 0), 0) / drawsA.length;
}
