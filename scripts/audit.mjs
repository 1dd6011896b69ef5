// @ts-check
// `npm run audit`: what `npm test` holds dependencies and files to, and beside it what is known against them elsewhere.
import { advisories } from "./lib/audit/advisories.mjs";
import { auditDependencies } from "./lib/audit/dependencies.mjs";
import { auditSecrets } from "./lib/audit/secrets.mjs";
import { runMain } from "./lib/fail.mjs";

await runMain(async () => {
  const { crates, packages } = await auditDependencies();
  console.log(`licences and sources: ${crates} crates and ${packages} npm packages, all allowed.`);
  console.log(`secrets: none in ${await auditSecrets()} files.`);
  const verdicts = advisories();
  for (const { said } of verdicts) console.log(said);
  return verdicts.some(({ wrong }) => wrong) ? 1 : 0;
});
