/** A style sheet as text: what its tests read. */
declare module "*.css?raw" {
  const text: string;
  export default text;
}
