// The index of the risk method, and the exact shares of matters and origins in it.

import { isFinding, product } from "./matter.js";

function tierOf(matter) {
  if (matter.severity <= 2) return "petty";
  if (matter.link === 2) return "institutional";
  if (!isFinding(matter)) return "unresolved";
  return matter.stage === "K7" ? "final" : "finding";
}

const joined = (values, cap) => (values.length === 1 ? values[0] : cap * (1 - product(values.map((value) => 1 - value / cap))));

/** Returns the subtotal of every tier and the whole, from 0 to 1; `xs` holds the x of every matter in `matters`. */
export function index(matters, xs, w, method) {
  const caps = { petty: 1, institutional: w.link.L2, unresolved: method.U_CAP, finding: method.F_CAP, final: 1 };
  const total = {};
  for (const [tier, cap] of Object.entries(caps)) {
    const classes = {};
    matters.forEach((matter, place) => { if (tierOf(matter) === tier) (classes[matter.severity] ??= []).push(xs[place]); });
    total[tier] = joined(Object.entries(classes).map(([severity, values]) => w.severity[severity] * joined(values, cap)), cap);
  }
  const unresolved = joined([total.petty, total.institutional, total.unresolved], method.U_CAP);
  const open = joined([unresolved, total.finding], method.F_CAP);
  return { ...total, whole: Math.min(joined([open, total.final], 1), 1 - 2 ** -53) };
}

// Shares: exact Shapley values of what is multilinear in the presence of its parts

/** Nodes and weights of Gauss-Legendre quadrature on 0 to 1. */
function nodes(count) {
  const legendre = (x) => {
    let [before, value] = [1, x];
    for (let n = 2; n <= count; n++) [before, value] = [value, ((2 * n - 1) * x * value - (n - 1) * before) / n];
    return [value, count * (x * value - before) / (x * x - 1)];
  };
  return Array.from({ length: count }, (_, place) => {
    let x = Math.cos(Math.PI * (place + 3 / 4) / (count + 1 / 2));
    for (let round = 0; round < 20; round++) { const [value, slope] = legendre(x); x -= value / slope; }
    return [(1 + x) / 2, 1 / ((1 - x * x) * legendre(x)[1] ** 2)];
  });
}

/** Returns the share of each of `count` parts in `worth`, a function of how far each part is present. */
export function shapley(count, worth) {
  const total = Array(count).fill(0);
  for (const [t, weight] of nodes(Math.ceil(count / 2)))
    for (let part = 0; part < count; part++) {
      const [present, absent] = [1, 0].map((own) => worth(total.map((_, each) => (each === part ? own : t))));
      total[part] += weight * (present - absent);
    }
  return total;
}

/** Returns the share of every origin in the evidence that origins of these strengths make together. */
export function originShares(strengths, dependence) {
  const ranked = strengths.map((_, place) => place).sort((a, b) => strengths[b] - strengths[a]);
  return shapley(strengths.length, (present) => {
    let [value, noneBefore] = [0, 1];
    ranked.forEach((each, rank) => {
      const p = strengths[each];
      const missed = product(ranked.slice(rank + 1).map((other) => 1 - present[other] * strengths[other]));
      value += noneBefore * present[each] * (p + p * (1 - p) * (1 - dependence) * (1 - missed));
      noneBefore *= 1 - present[each];
    });
    return value;
  });
}
