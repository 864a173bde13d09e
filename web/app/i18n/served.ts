import { frenchTypography } from "./typography";

/** A phrase of the server, with the spaces that keep its « words » and its signs on one line. */
export const served = (text: string): string => frenchTypography(text);

/** The same where it stands by itself: with a capital. */
export const sentence = (text: string): string => served(text.charAt(0).toLocaleUpperCase("fr") + text.slice(1));
