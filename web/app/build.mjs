// Builds the browser application into ../dist, which the server embeds. File names carry a hash of their content, so
// they can be cached for ever; index.html names them and holds no script and no style of its own (strict CSP).
import { build } from "esbuild";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.resolve(here, "../dist");
const initialBudget = 120 * 1024;

await mkdir(dist, { recursive: true });
for (const name of await readdir(dist)) {
  if (name !== ".gitkeep") await rm(path.join(dist, name), { recursive: true });
}

const common = {
  absWorkingDir: here,
  outdir: dist,
  bundle: true,
  target: ["es2022", "chrome109", "firefox115", "safari16.4"],
  minify: true,
  sourcemap: "linked",
  metafile: true,
  charset: "utf8",
  logLevel: "warning",
};

// A worker is a script by itself, whose address the application has to know.
const worker = await build({ ...common, entryPoints: { layoutworker: "screens/networks/layoutworker.ts" }, format: "iife", entryNames: "assets/[name]-[hash]" });
const workerFile = Object.keys(worker.metafile.outputs).find((file) => file.endsWith(".js"));
if (!workerFile) throw new Error("build: the worker made no script");
const workerAddress = `/${path.relative(dist, path.resolve(here, workerFile)).split(path.sep).join("/")}`;

const app = {
  ...common,
  splitting: true,
  format: "esm",
  define: { LAYOUT_WORKER: JSON.stringify(workerAddress) },
  entryNames: "assets/[name]-[hash]",
  chunkNames: "assets/[name]-[hash]",
  assetNames: "assets/[name]-[hash]",
  loader: { ".png": "file", ".svg": "file" },
};
const parts = await build({ ...app, entryPoints: { app: "main.ts" } });
const result = { metafile: { outputs: await joinFirstLoad(parts.metafile.outputs) } };

const outputs = Object.entries({ ...worker.metafile.outputs, ...result.metafile.outputs }).map(([file, output]) => ({
  name: path.relative(dist, path.resolve(here, file)).split(path.sep).join("/"),
  output,
}));
const entry = outputs.find((o) => o.output.entryPoint === "main.ts");
const style = entry?.output.cssBundle && path.relative(dist, path.resolve(here, entry.output.cssBundle)).split(path.sep).join("/");
if (!entry || !style) throw new Error("build: the entry point made no script or no style sheet");

const page = (await readFile(path.join(here, "index.html"), "utf8"))
  .replace("%SCRIPT%", `/${entry.name}`)
  .replace("%STYLE%", `/${style}`);
await writeFile(path.join(dist, "index.html"), page);
for (const name of await readdir(path.join(here, "public"))) {
  await writeFile(path.join(dist, name), await readFile(path.join(here, "public", name)));
}

const gzip = async (name) => gzipSync(await readFile(path.join(dist, name))).length;
const kb = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
// What the page needs before anything is on the screen: the entry and what it imports statically, not what it loads later.
const first = new Set([entry.name]);
const byName = new Map(outputs.map(({ name, output }) => [name, output]));
for (const name of first) {
  for (const { path: file, kind } of byName.get(name).imports) {
    if (kind === "import-statement") first.add(path.relative(dist, path.resolve(here, file)).split(path.sep).join("/"));
  }
}
let initial = 0;
for (const { name, output } of outputs) {
  if (!/\.(js|css)$/.test(name)) continue;
  const size = await gzip(name);
  if (first.has(name)) initial += size;
  console.log(`${name.padEnd(34)} ${kb(output.bytes).padStart(10)} ${kb(size).padStart(10)} gzip${name.endsWith(".js") && !first.has(name) ? ", loaded when needed" : ""}`);
}
console.log(`scripts of the first load ${kb(initial)} gzip, of ${kb(initialBudget)}`);
if (initial > initialBudget) throw new Error(`build: the scripts of the first load weigh ${initial} bytes gzipped, more than ${initialBudget}`);

/**
 * Splitting makes a script of all that two others share, some forty before the map is drawn, which a browser asks for six at a time. Those
 * of the first load are joined to one; the others find there what they share with it. Since each names the joined one, all their names
 * carry a hash of everything. Gives the outputs as esbuild tells of them.
 */
async function joinFirstLoad(outputs) {
  const isScript = (file) => file.endsWith(".js");
  const entry = Object.keys(outputs).find((file) => outputs[file].entryPoint === "main.ts");
  const joined = new Set([entry]);
  for (const file of joined) for (const { path: other, kind } of outputs[file].imports) if (kind === "import-statement" && isScript(other)) joined.add(other);
  const scripts = Object.keys(outputs).filter(isScript);
  const hash = createHash("sha256").update(await readFile(fileURLToPath(import.meta.url))).update(scripts.toSorted().join()).digest("hex").slice(0, 8).toUpperCase();
  const base = (file) => path.basename(file, ".js");
  const nameOf = (file) => `${joined.has(file) ? "app" : base(file)}-${hash}.js`;
  const byBase = new Map(scripts.map((file) => [path.basename(file), file]));
  const shared = (file, name) => `${base(file).replaceAll("-", "_")}_${name}`;
  const exported = (file) => outputs[file].exports.map((name) => `${name} as ${shared(file, name)}`).join();
  const all = [...joined].map((file) => `export {${exported(file)}} from ${JSON.stringify(path.resolve(here, file))};`).join("\n");
  const relink = {
    name: "relink",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^first-load$/ }, () => ({ path: "first-load", namespace: "first-load" }));
      onLoad({ filter: /.*/, namespace: "first-load" }, () => ({ contents: `import ${JSON.stringify(path.resolve(here, entry))};\n${all}`, resolveDir: here }));
      onResolve({ filter: /^\.\/[^/]+\.js$/ }, ({ path: asked, importer, kind }) => {
        const file = byBase.get(path.basename(asked));
        const from = byBase.get(path.basename(importer));
        if (!file || !from) return undefined;
        if (!joined.has(file)) return { path: `./${nameOf(file)}`, external: true };
        if (joined.has(from) && kind !== "dynamic-import") return undefined;
        return joined.has(from) ? { path: `./${nameOf(file)}`, external: true } : { path: file, namespace: "shared" };
      });
      onResolve({ filter: /^\.\/app-/, namespace: "shared" }, ({ path: asked }) => ({ path: asked, external: true }));
      onLoad({ filter: /.*/, namespace: "shared" }, ({ path: file }) => ({
        contents: outputs[file].exports.length > 0 ? `export {${outputs[file].exports.map((name) => `${shared(file, name)} as ${name}`).join()}} from "./${nameOf(file)}";` : `import "./${nameOf(file)}";`,
      }));
    },
  };
  const entryPoints = [{ in: "first-load", out: `assets/app-${hash}` }, ...scripts.filter((file) => !joined.has(file)).map((file) => ({ in: path.resolve(here, file), out: `assets/${base(file)}-${hash}` }))];
  const relinked = await build({ ...common, entryPoints, format: "esm", plugins: [relink] });
  for (const file of scripts) for (const old of [file, `${file}.map`]) await rm(path.resolve(here, old));
  const kept = Object.entries(outputs).filter(([file]) => !isScript(file) && !file.endsWith(".js.map"));
  const app = Object.keys(relinked.metafile.outputs).find((file) => path.basename(file) === `app-${hash}.js`);
  Object.assign(relinked.metafile.outputs[app], { entryPoint: "main.ts", cssBundle: outputs[entry].cssBundle });
  return { ...Object.fromEntries(kept), ...relinked.metafile.outputs };
}
