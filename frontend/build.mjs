// Builds what the pages load: betony.css, betony.js and theme.js, into betony/kit/ui/static/built/.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "betony", "kit", "ui", "static", "built");
const watching = process.argv.includes("--watch");
mkdirSync(out, { recursive: true });

const scripts = {
  entryPoints: { betony: join(here, "src/betony.js"), theme: join(here, "src/theme.js") },
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022"],
  legalComments: "eof",
};

function runTailwind(extra) {
  const cli = join(here, "node_modules/@tailwindcss/cli/dist/index.mjs");
  const args = [cli, "-i", join(here, "src/betony.css"), "-o", join(out, "betony.css"), "--minify", ...extra];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: here, stdio: ["ignore", "inherit", "inherit"] });
    child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`Tailwind stopped with ${code}`))));
  });
}

/** The Content-Security-Policy allows only our own files, so a data: picture in the style sheet would break. */
function check() {
  const css = readFileSync(join(out, "betony.css"), "utf8");
  if (/url\(\s*["']?(data|https?):/.test(css)) throw new Error("betony.css holds an address the CSP forbids");
  for (const name of ["betony.css", "betony.js", "theme.js"]) {
    const bytes = readFileSync(join(out, name));
    console.log(`${name.padEnd(11)} ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} compressed`);
  }
}

if (watching) {
  await (await esbuild.context(scripts)).watch();
  await runTailwind(["--watch=always"]);
} else {
  await Promise.all([esbuild.build(scripts), runTailwind([])]);
  check();
}
