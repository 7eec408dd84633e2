// Writes src/cellkg/pages/vendor: each library as one file, with the licences, versions and checksums of what is in it.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const out = join(here, "..", "src", "cellkg", "pages", "vendor");

// vis-network's own file brings its parts with it; they are told by its banner, not by the lock.
const FILES = {
  "codemirror.js": { bundle: "codemirror.mjs" },
  "cytoscape.js": { bundle: "cytoscape.mjs" },
  "vis-network.js": { copy: "vis-network/dist/vis-network.min.js", packages: ["vis-network"] },
};

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const manifest = { generated: "by `npm run --prefix browser vendor`; do not edit", files: {} };
for (const [name, how] of Object.entries(FILES)) {
  const { text, packages } = how.bundle ? await bundled(how.bundle) : copied(how);
  const notice = packages.map(licenceOf).join("\n\n");
  write(name, text);
  write(`${name}.LICENSE.txt`, `${notice}\n`);
  manifest.files[name] = {
    sha256: sha256(text),
    bytes: Buffer.byteLength(text),
    packages: packages.map((each) => (({ name, version, license }) => ({ name, version, license }))(described(each))),
  };
}
write("vendor.json", `${JSON.stringify(manifest, null, 2)}\n`);

async function bundled(entry) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    minify: true,
    legalComments: "none",
    target: "es2022",
    charset: "ascii",
    metafile: true,
    write: false,
  });
  return { text: result.outputFiles[0].text, packages: packagesIn(Object.keys(result.metafile.inputs)) };
}

function copied({ copy, packages }) {
  const text = readFileSync(join(modules, copy), "utf8").split("\n//# sourceMappingURL=")[0];
  return { text, packages };
}

function packagesIn(inputs) {
  const names = inputs.map((path) => path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1]);
  return [...new Set(names.filter(Boolean))].sort();
}

function described(name) {
  return JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8"));
}

function licenceOf(name) {
  const { version, license } = described(name);
  const texts = readdirSync(join(modules, name)).filter((file) => /^licen[cs]e/i.test(file)).sort();
  if (!texts.length) throw new Error(`${name} has no licence file`);
  const bodies = texts.map((file) => readFileSync(join(modules, name, file), "utf8").trim());
  return [`${name} ${version} (${license})`, ...bodies].join("\n\n");
}

function sha256(text) {
  return createHash("sha256").update(text).digest("hex");
}

function write(name, text) {
  writeFileSync(join(out, name), text);
}
