import { describe, expect, it } from "vitest";
import { adminWords } from "../screens/admin/words";
import { auditWords } from "../screens/audit/words";
import { columnWords } from "../screens/imports/columnwords";
import { importReportWords } from "../screens/imports/reportwords";
import { rowWords } from "../screens/imports/rowwords";
import { importWords } from "../screens/imports/words";
import { reportWords } from "../screens/reports/words";
import { embargoWords } from "../screens/embargowords";
import { formWords } from "../screens/formwords";
import { lifeWords } from "../screens/lifewords";
import { clctWords } from "../screens/clct/words";
import { heatWords } from "../screens/clct/heat/words";
import { patrolWords } from "../screens/patrol/words";
import { operationWords } from "../screens/operations/words";
import { linkWords } from "../screens/links/words";
import { analysisWords } from "../screens/networks/analysiswords";
import { networkFileWords } from "../screens/networks/filewords";
import { flowWords } from "../screens/networks/flowwords";
import { networkWords } from "../screens/networks/words";
import { deskWords } from "../screens/desk/words";
import { bellWords } from "../screens/merging/bellwords";
import { mergingWords } from "../screens/merging/words";
import { mineWords } from "../screens/mine/words";
import { frenchTypography } from "./typography";

type Words = Readonly<Record<"fr" | "en", Readonly<Record<string, string>>>>;
const screens: Record<string, Words> = { desk: deskWords, admin: adminWords, mine: mineWords, audit: auditWords, reports: reportWords, embargo: embargoWords, form: formWords, life: lifeWords, imports: importWords, importColumns: columnWords, importRows: rowWords, importReport: importReportWords, merging: mergingWords, bell: bellWords, clct: clctWords, heat: heatWords, operations: operationWords, patrol: patrolWords, links: linkWords, networks: networkWords, networkFiles: networkFileWords, networkAnalysis: analysisWords, networkFlows: flowWords };

describe.each(Object.entries(screens))("the words of the screen %s", (_, { fr, en }) => {
  it("have the same keys in both languages", () => expect(Object.keys(en).sort()).toEqual(Object.keys(fr).sort()));

  it("use the same values and forms", () => {
    const shape = (text = ""): string => [...new Set(text.match(/\{\w+\}/g))].sort().join() + text.split("|").length;
    for (const key of Object.keys(fr)) expect([key, shape(en[key])]).toEqual([key, shape(fr[key])]);
  });

  it("leave no plain space before French double punctuation", () => {
    for (const text of Object.values(fr)) expect(frenchTypography(text)).not.toMatch(/ [:;!?»%]|« |'/);
  });
});
