/** English labels of the server's vocabularies, whose own are French. */
export const english: Record<string, Record<string, string> | undefined> = {
  kinds: { street: "Street deal point", four: "“Four” (building entrance)", drive: "Drive-through", delivery: "Delivery" },
  statuses: { reported: "Reported", active: "Active", disrupted: "Disrupted", dormant: "Dormant", closed: "Closed" },
  products: { cannabis: "Cannabis", cocaine: "Cocaine", crack: "Crack", heroin: "Heroin", mdma: "MDMA", ketamine: "Ketamine", nps: "New psychoactive substances", other: "Other" },
  services: { PN: "National police", PP: "Paris police prefecture", GN: "Gendarmerie", DGDDI: "Customs", OFAST: "Ofast" },
  roles: { investigator: "Investigator", cross: "Cross unit", ofast: "Ofast", clct: "CLCT", partner: "Partner", auditor: "Auditor", administrator: "Administrator", prefet: "Prefect (CLCT)", procureur: "Prosecutor (CLCT)", admin: "Administrator" },
  closing_reasons: { dismantled: "Dismantled", displaced: "Displaced", faded: "Faded away", duplicate: "Duplicate", error: "Entered by mistake" },
  accuracies: { door: "Door or hall", building: "Building", estate: "Estate", street: "Street", commune: "Commune only" },
  intensities: {
    "1": "1 · occasional sales, a few customers a day",
    "2": "2 · regular sales at certain hours",
    "3": "3 · organised daily sales",
    "4": "4 · continuous sales, lookouts posted",
    "5": "5 · heavy traffic, site held and obstructed",
  },
  reaches: { service: "Owner service", departement: "Département", zone: "Defence zone", national: "National", group: "Named group" },
  handling_codes: { H0: "H0 · ordinary police use", H1: "H1 · no judicial use without consent", H2: "H2 · no onward sharing without the provider’s consent", H3: "H3 · other restriction, ask" },
  grading_schemes: { europol: "Europol (A-B-C-X × 1-4)", admiralty: "Admiralty (A-F × 1-6)" },
  levels: { fr: "Country", zone: "Defence zone", reg: "Region", dep: "Département", arr: "Arrondissement", com: "Commune", qpv: "Priority district (QPV)", qrr: "QRR district" },
};
