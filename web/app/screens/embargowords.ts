import { dictionary } from "../i18n";

export const embargoWords = {
  fr: {
    "title": "Embargo du procureur",
    "intro": "Le point nommé par sa référence disparaît pour tous, sauf l'unité qui détient la fiche, jusqu'à la fin du jour choisi. La fiche ne vous est pas montrée.",
    "what": "Mesure",
    "put": "Mettre sous embargo",
    "lift": "Lever l'embargo",
    "reference": "Référence du point",
    "referenceHelp": "Celle du dossier, par exemple 13-K7QF3.",
    "referenceRequired": "Saisir la référence.",
    "until": "Dernier jour de l'embargo",
    "untilRequired": "Choisir le dernier jour.",
    "untilPast": "Ce jour est passé.",
    "done.put": "Le point {ref} est sous embargo jusqu'au {day} inclus.",
    "done.lift": "L'embargo sur le point {ref} est levé.",
    "none": "Aucun point {ref} dans votre ressort. Vérifiez la référence : rien n'a été changé.",
  },
  en: {
    "title": "Embargo of the prosecutor",
    "intro": "The point named by its reference disappears for everyone but the unit that owns the record, until the end of the chosen day. The record is not shown to you.",
    "what": "Measure",
    "put": "Put under embargo",
    "lift": "Lift the embargo",
    "reference": "Reference of the point",
    "referenceHelp": "That of the case file, for instance 13-K7QF3.",
    "referenceRequired": "Enter the reference.",
    "until": "Last day of the embargo",
    "untilRequired": "Choose the last day.",
    "untilPast": "That day has passed.",
    "done.put": "The point {ref} is under embargo until {day} included.",
    "done.lift": "The embargo on the point {ref} is lifted.",
    "none": "No point {ref} in your territory. Check the reference: nothing was changed.",
  },
} as const;

export const te = dictionary(embargoWords);
