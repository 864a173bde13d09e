import { proveInclusion, type InclusionProof, type LogName } from "../../api/desk";
import { ApiError } from "../../api/client";
import { included } from "../../core/merkle";
import { fill, h } from "../../ui/h";
import { failure, note } from "../desk/parts";
import { tu } from "./words";

/** The proof that a line is in its log as it was signed, computed again here. */
export function proofPart(log: LogName, line: number, node?: string): HTMLElement {
  const place = h("div", { class: "proof", role: "status" }, h("p", { class: "help" }, tu("proof.checking")));
  const show = async (): Promise<void> => {
    try {
      const proof = await proveInclusion(log, line, node);
      const holds = proof.line === line && (await included(proof));
      fill(place, note(holds ? tu("proof.good", { line, size: proof.size }) : tu("proof.bad"), holds ? "good" : "bad"), hashes(proof));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // A line that is younger than the last checkpoint is not in any signed tree yet.
      const young = error.status === 404 || error.status === 400;
      fill(place, note(young ? tu("proof.later") : failure(error), young ? "" : "bad"));
    }
  };
  void show();
  return h("section", { class: "detail-part" }, h("h4", null, tu("proof")), place);
}

function hashes({ leaf, hashes: path, root }: InclusionProof): HTMLElement {
  const row = (label: string, ...values: string[]): HTMLElement => h("div", null, h("dt", null, label), ...values.map((value) => h("dd", null, h("code", { class: "code" }, value))));
  return h("details", { class: "hashes" }, h("summary", null, tu("proof.details")), h("dl", null, row(tu("proof.leaf"), leaf), path.length > 0 ? row(tu("proof.path"), ...path) : null, row(tu("proof.root"), root)));
}
