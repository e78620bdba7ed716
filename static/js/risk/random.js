// Keyed random numbers: the counter form of SplitMix64, seeded by the first eight bytes of the SHA-256 of a key.

const PRIMES = Array.from({ length: 310 }, (_, n) => n + 2).filter((n) => Array.from({ length: n - 2 }, (_, d) => n % (d + 2)).every(Boolean));
const fraction = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32);
const CUBE_ROOTS = PRIMES.map((prime) => fraction(Math.cbrt(prime)));
const SQUARE_ROOTS = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));

/** Returns the SHA-256 of a text as eight words; written out, for browsers offer theirs on secure pages only. */
function sha256(text) {
  const bytes = new TextEncoder().encode(text);
  const padded = new DataView(new ArrayBuffer((bytes.length + 72) & ~63));
  bytes.forEach((byte, place) => padded.setUint8(place, byte));
  padded.setUint8(bytes.length, 128);
  padded.setUint32(padded.byteLength - 4, bytes.length * 8);
  const turned = (word, by) => (word >>> by) | (word << (32 - by));
  const state = Int32Array.from(SQUARE_ROOTS);
  for (let block = 0; block < padded.byteLength; block += 64) {
    const words = Int32Array.from({ length: 64 }, (_, n) => (n < 16 ? padded.getInt32(block + 4 * n) : 0));
    for (let n = 16; n < 64; n++) {
      const [a, b] = [words[n - 15], words[n - 2]];
      words[n] = words[n - 16] + words[n - 7]
        + (turned(a, 7) ^ turned(a, 18) ^ (a >>> 3)) + (turned(b, 17) ^ turned(b, 19) ^ (b >>> 10));
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let n = 0; n < 64; n++) {
      const one = h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + CUBE_ROOTS[n] + words[n] | 0;
      const two = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c)) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, d + one | 0, c, b, a, one + two | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, place) => { state[place] += word; });
  }
  return Array.from(state, (word) => word >>> 0);
}

/** Returns the first `count` numbers of a key, each at least 0 and below 1. */
export function uniforms(key, count) {
  const [high, low] = sha256(key);
  let counter = (BigInt(high) << 32n) | BigInt(low);
  return Float64Array.from({ length: count }, () => {
    let z = counter = BigInt.asUintN(64, counter + 0x9E3779B97F4A7C15n);
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xBF58476D1CE4E5B9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94D049BB133111EBn);
    return Number((z ^ (z >> 31n)) >> 11n) * 2 ** -53;
  });
}
