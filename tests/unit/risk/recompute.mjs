// Answers each line of JSON, [name, ...arguments], with a line of JSON: what the browser's script returns, or its error.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [script, numbers] = process.argv.slice(2);
const risk = await import(script);
const { printed } = await import(script.replace(/[^/]*$/, "said.js"));
const method = JSON.parse(readFileSync(numbers));
const weights = risk.nominal(method);

const CALLS = {
  assess: (vector) => risk.assess(vector, method),
  above: (a, b) => risk.probabilityAbove(a, b, method),
  uniforms: (key, count) => Array.from(risk.uniforms(key, count)),
  strength: (grade) => risk.strength(grade, weights),
  corroborated: risk.corroborated,
  shares: risk.originShares,
  printed: (value, name, score) => printed(value, name, { score }, "0.5"),
  controlling: (acts) => {
    const stage = risk.controlling(acts, method);
    return [Object.values(stage), risk.stageValue(stage, weights)];
  },
};

function answer([name, ...args]) {
  try {
    return { value: CALLS[name](...args) };
  } catch (error) {
    if (!(error instanceof risk.VectorError)) throw error;
    return { position: error.position, message: error.message };
  }
}

for await (const line of createInterface({ input: process.stdin })) console.log(JSON.stringify(answer(JSON.parse(line))));
