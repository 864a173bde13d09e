import { todayInFrance } from "../../core/format";
import { field, select, type Field } from "../../ui/field";
import { h } from "../../ui/h";
import { icon } from "../../ui/icons";
import { words } from "../../ui/words";
import { operations, type Question } from "../../core/audit";
import { suggestPeople } from "./people";
import { tu } from "./words";

type Asked = keyof Question;

interface AskOptions {
  /** The fields of the question, in order. */
  fields: readonly Asked[];
  required?: "place" | "subject";
  ask(question: Question): void;
}

export interface Ask {
  element: HTMLElement;
  write(question: Question): void;
}

/** The form of an auditor's question; what is asked becomes the address. */
export function askForm({ fields, required, ask }: AskOptions): Ask {
  const day = (): HTMLInputElement => h("input", { class: "input", type: "date", max: todayInFrance() });
  const place = h("input", { class: "input", autocomplete: "off", spellcheck: "false", autocapitalize: "characters", maxlength: 60 });
  const subject = h("input", { class: "input", maxlength: 200 });
  const controls = {
    place,
    subject,
    from: day(),
    to: day(),
    operation: select(words("operations").filter(({ value }) => (operations as readonly string[]).includes(value)), tu("ask.any"), ""),
    kind: select(words("event_kinds"), tu("ask.any"), ""),
  };
  const made: Record<Asked, Field> = {
    place: field(place, { label: tu("ask.place"), help: tu("ask.placeHelp"), required: required === "place" }),
    subject: field(subject, { label: tu("ask.subject"), help: tu("ask.subjectHelp"), required: required === "subject" }),
    from: field(controls.from, { label: tu("from") }),
    to: field(controls.to, { label: tu("to") }),
    operation: field(controls.operation, { label: tu("ask.operation") }),
    kind: field(controls.kind, { label: tu("ask.kind") }),
  };
  const row = h("div", { class: "combo" });
  subject.replaceWith(row);
  row.append(subject, suggestPeople(subject));

  const read = (): Question => ({
    place: asked("place"),
    subject: asked("subject"),
    from: asked("from"),
    to: asked("to"),
    operation: operations.find((operation) => operation === asked("operation")) ?? "",
    kind: asked("kind"),
  });
  const asked = (name: Asked): string => (fields.includes(name) ? controls[name].value.trim() : "");
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const question = read();
    for (const name of fields) made[name].setError(null);
    const missing = required !== undefined && question[required] === "";
    const disorder = question.from !== "" && question.to !== "" && question.to < question.from;
    if (required && missing) made[required].setError({ message: tu(required === "place" ? "ask.placeRequired" : "ask.subjectRequired") });
    if (disorder) made.to.setError({ message: tu("ask.order") });
    if (required && missing) made[required].focusTarget.focus();
    else if (disorder) made.to.focusTarget.focus();
    else ask(question);
  };
  return {
    element: h(
      "form",
      { class: "ask", novalidate: true, onsubmit: submit },
      ...fields.map((name) => h("div", { class: `ask-${name}` }, made[name].element)),
      h("button", { type: "submit", class: "button button-primary" }, icon("search", 18), tu(fields.includes("place") || fields.includes("subject") ? "ask" : "show")),
    ),
    write(question) {
      for (const name of fields) {
        controls[name].value = question[name];
        made[name].setError(null);
      }
    },
  };
}
