package addresses

import "strings"

func set(list string) map[string]bool {
	m := map[string]bool{}
	for word := range strings.FieldsSeq(list) {
		m[word] = true
	}
	return m
}

// longForms reads lines "long: short short …"; the long form stands for itself.
func longForms(lines string) map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(lines) {
		long, shorts, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok {
			continue
		}
		m[long] = long
		for short := range strings.FieldsSeq(shorts) {
			m[short] = long
		}
	}
	return m
}

// articles carry nothing: "rue République" is "rue de la République".
var articles = set("de du des la le les l d a au aux et")

// adjectives stand before the kind of street.
var adjectives = set("ancien ancienne vieux vieille grand grande petit petite nouveau nouvelle basse haute")

// kinds are the words with which names of streets and estates begin, with the abbreviations of the postal norm (AFNOR XP Z10-011)
// and those that lists use.
var kinds = longForms(`
	allee:all allees al
	autoroute:
	avenue:av ave aven aves
	batiment:
	boulevard:bd bld blvd boul bvd bvrd
	carrefour:carr crf
	chemin:ch che chem
	chaussee:chs
	cite:cites cte
	clos:
	corniche:cor
	cour:
	cours:crs
	domaine:dom
	enclos:
	ensemble:ens
	escalier:
	esplanade:esp espl
	faubourg:fg fbg
	foyer:
	grand ensemble:
	groupe:grp
	hameau:ham hameaux
	hlm:
	ilot:
	immeuble:imm
	impasse:imp
	lieu dit:lieudit ld
	lotissement:lot lots lotiss
	mail:
	montee:mte
	parc:
	parvis:prv
	passage:pas pass psg
	passerelle:
	place:pl plce
	placette:
	plateau:plt
	pont:
	promenade:prom
	quai:q qu
	quartier:qua qrt quart qr
	residence:res resid rce residences
	rocade:roc
	rond point:rpt rdpt
	route:rte rt
	rue:r rues
	ruelle:rle
	sente:sen
	sentier:sent
	square:sq
	terrasse:tsse
	tour:
	traverse:tra trav
	venelle:ven
	villa:vla
	village:vge
	voie:
	zone:za zac zi zup zus
`)

// pairs are kinds that are written in two words.
var pairs = map[string]string{
	"rond point": "rond point", "rd pt": "rond point", "rd point": "rond point", "lieu dit": "lieu dit", "grand ensemble": "grand ensemble",
	"zone artisanale": "zone", "zone industrielle": "zone", "groupe hlm": "hlm", "cite hlm": "cite",
}

// estates are the kinds that name buildings or places and not a street; lists take one for another.
var estates = set("batiment cite clos domaine enclos ensemble foyer groupe hameau hlm ilot immeuble lotissement parc quartier residence tour village zone")

func init() {
	estates["lieu dit"], estates["grand ensemble"] = true, true
}

// inverted are the kinds that sorted lists put behind the name.
var inverted = set("allee avenue boulevard chemin cours impasse montee passage place promenade quai route rue square traverse")

// titles say little of a name: lists leave them out.
var titles = set("abbe adjudant amiral batonnier capitaine cardinal chanoine colonel commandant docteur general lieutenant madame maitre marechal " +
	"monseigneur monsieur pasteur president professeur sergent")

// abbreviations of the words within a name.
var abbreviations = longForms(`
	abbe:abb
	adjudant:adj
	amiral:aml
	anciens:anc
	batonnier:
	capitaine:cap cne
	cardinal:cdl
	colonel:col
	commandant:cdt cmdt
	docteur:dr doct
	general:gal gen gnl
	lieutenant:lt lieut
	madame:mme
	maitre:me
	marechal:mal mar mchal
	monseigneur:mgr
	monsieur:mr
	notre dame:nd
	president:pdt pres
	professeur:pr prof
	saint:st
	sainte:ste
	sergent:sgt
	sous:ss
	sur:s
	1:1er 1ere premier premiere
	2:deux
	3:trois
	4:quatre
	5:cinq
	6:six
	7:sept
	8:huit
	10:dix
	11:onze
	12:douze
`)
