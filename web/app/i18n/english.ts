/** All that is English, fetched by those who choose it. */
export { en } from "./en";
export { english } from "./english-words";
