package dealmap

import "strings"

// wordClass says what a word of an address or of a name is.
type wordClass uint8

const (
	plainWord   wordClass = iota
	article               // tells nothing
	noise                 // says what is sold or done there, not where
	genericWord           // tells little: gare, centre, marché
	estateWord            // résidence, cité: begins the name of an estate
	streetWord            // rue, avenue: begins the name of a street
	alleyWord             // allée, montée: a street before a name, an entrance before a number
	title                 // général, saint: often left out or shortened
	side                  // nord, haut: part of an estate
	building              // bâtiment, tour
	entrance              // hall, entrée
	stairs                // escalier
	storey                // étage, appartement: what follows is passed over
	repeat                // bis, ter
)

// lexeme is a word as it is compared.
type lexeme struct {
	word  string
	class wordClass
}

// vocabularyOfAddresses lists words of French addresses in the forms in which they are written: plain lower-case letters,
// singular. A line is a group of forms, of which the first is compared. The short forms of streets are those of the national
// address file (BAN) and of the postal standard NF Z 10-011, and common others; a form that is listed twice is what the
// later line says.
var vocabularyOfAddresses = []struct {
	class  wordClass
	groups string
}{
	{article, `le la les l de du des d au aux a en et sur sous un une dit dite lieu lieudit lieux n no num numero nr`},
	{noise, `point deal vente trafic livraison secteur nourrice depot culture growshop commerce four drive abri face devant derriere angle
		intersection croisement proche cote entre sans nom inconnu inconnue niveau site spot cedex france bp cs rdc pied`},
	{genericWord, `centre gare marche mairie eglise ecole college lycee stade gymnase parking commercial commerciale village ville bourg zone
		station metro tram tramway bus arret aire port pont grand grande petit petite vieux vieille nouveau nouvelle neuf neuve jardin parc
		terrasse galerie ilot mail placette clos poste halle hopital social sociale sportif contre rond supermarche piscine bibliotheque
		mediatheque foyer maison entree sortie`},
	// The largest communes: their names, and those of districts called after them, stand in the names of many places.
	{genericWord, `marseille pari lyon toulouse nice nante montpellier strasbourg bordeaux lille renne reim toulon etienne havre grenoble dijon
		anger nime villeurbanne avignon roubaix tourcoing creteil nanterre bobigny vaulx velin venissieux aubervillier denis montreuil
		argenteuil amien limoge brest perpignan metz besancon orlean mulhouse rouen caen nancy cayenne`},
	{estateWord, `cite
		residence resid res resi rce rdce
		hlm
		lotissement lot lotis
		quartier qrt quart qtier qua quartie
		domaine dom
		ensemble ens
		groupe gpe grpe
		zup
		zac
		za
		zi
		hameau ham
		copropriete copro
		habitation
		logement
		qpv`},
	{streetWord, `rue r
		avenue av ave aven
		boulevard bd bld blvd boul bvd
		place pl plc
		impasse imp
		chemin chem che ch chm
		route rte rt
		square sq sqr
		faubourg fg fbg fb
		quai
		cour crs
		passage pas pass psg passg
		traverse trav tsse
		esplanade esp espl
		sente sen
		sentier sent
		venelle ven
		villa vla
		promenade prom
		ruelle rle
		rocade
		rondpoint rpt
		chaussee chs
		voie voi
		parvi
		carrefour carf
		corniche`},
	{alleyWord, `allee all al alle
		montee mte mtee`},
	{title, `saint st ste sainte
		general gal gl gen genl
		marechal mal mchal
		docteur dr doct
		president pdt prst
		commandant cdt cmdt
		colonel
		capitaine cne cpt
		professeur pr prof pf
		abbe
		pasteur
		lieutenant lt ltn
		sergent sgt
		amiral aml
		monseigneur mgr`},
	{side, `nord
		sud
		est
		ouest
		haut haute
		bas basse`},
	{building, `batiment bat bt bati batim btm btt batt
		immeuble imm im immeub
		tour tr
		bloc blc
		barre
		pavillon pav
		plot`},
	{entrance, `hall hal
		entree ent entr
		cage
		porte pte prt
		acce`},
	{stairs, `escalier esc escal`},
	{storey, `etage etg
		appartement appt apt app appart
		boite bte
		logt`},
	{repeat, `bis
		ter
		quater`},
}

// wordsAlone are the classes whose lines list different words instead of forms of one.
func wordsAlone(c wordClass) bool { return c == article || c == noise || c == genericWord }

var lexemes = func() map[string]lexeme {
	table := map[string]lexeme{}
	for _, part := range vocabularyOfAddresses {
		for line := range strings.Lines(part.groups) {
			forms := strings.Fields(line)
			for _, form := range forms {
				word := forms[0]
				if wordsAlone(part.class) {
					word = form
				}
				table[form] = lexeme{word, part.class}
			}
		}
	}
	return table
}()

// lookUp returns how a word is compared and what it is. A word that no vocabulary has is its own, in the singular.
func lookUp(text string) lexeme {
	if found, ok := lexemes[text]; ok {
		return found
	}
	one := singular(text)
	if len(one) < len(text) {
		if found, ok := lexemes[one]; ok {
			return found
		}
	}
	return lexeme{one, plainWord}
}
