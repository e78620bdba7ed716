// How a profile's values are printed: the same words as on the page.

const HIGHEST_SCORE = 99;

/** Returns a score as pages print it: "<1" where a scored matter rounds down to 0. */
const scored = (score) => String(score || "<1");

/** Returns an interval in whole points, with the score in it, on the scale of the score; ends printed alike are one. */
function between([low, high], score) {
  const [least, most] = [low, high].map((end) => Math.min(Math.floor(end + 0.5), HIGHEST_SCORE));
  return [...new Set([scored(Math.min(least, score)), scored(Math.max(most, score))])].join("–");
}

/** Returns a value as the page prints it, `half` being one half in its language. */
export function printed(value, name, { score }, half) {
  if (value === null || value === undefined) return "–";
  if (name === "status") return value[0] + value.slice(1).toLowerCase();
  if (name === "score") return scored(value);
  if (name === "i90") return between(value, score);
  return typeof value === "number" ? value.toFixed(1).replace(".", half[1]) : value;
}
