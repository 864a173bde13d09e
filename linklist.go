package dealmap

import "github.com/paulmach/orb"

// LinkListForm is how a file tells which nodes are tied.
type LinkListForm string

// The forms of files of networks.
const (
	FormEdges   LinkListForm = "edges"   // a row for each tie
	FormMatrix  LinkListForm = "matrix"  // a row and a column for each node
	FormGraphML LinkListForm = "graphml" // http://graphml.graphdrawing.org
)

// LinkList is what a file says of nodes and of ties between them, before any of it is a place or a link.
type LinkList struct {
	Name string // of the file, as it was given
	Form LinkListForm
	// Directed says that ties go one way unless they say otherwise; of a matrix, that it is not symmetric.
	Directed bool
	// Header says that the first row of a CSV file, or of a matrix its first row or column, holds names.
	Header bool
	// Separator of the columns of a CSV file: ";", ",", "\t" or "|".
	Separator string
	Nodes     []ListedNode
	Ties      []ListedTie
	// Problems tell what was set aside, the first MostListProblems in the order of the file; SetAside counts all.
	Problems []ListProblem
	SetAside int
	// Notes say in French how the file was read and what was passed over.
	Notes []string
}

// MostListProblems is how many problems of one file are told one by one.
const MostListProblems = 1000

// ListedNode is one node of a file. No two nodes of a list have the same key.
type ListedNode struct {
	Key  string // as the file names it
	Line int    // where it is first named, from 1
	// Label is the name for people, empty when the file gives none beside the key.
	Label string
	// Reference is a place's reference, when the file gives one or when the key is one.
	Reference string
	Position  *orb.Point // WGS 84, longitude and latitude in degrees, when given
	Kind      Kind       // when given and known
	// Attributes are what else the file says, by the names that it uses; nil when nothing.
	Attributes map[string]string
}

// ListedTie is one tie of a file between two of its nodes, which are never the same.
type ListedTie struct {
	From, To     int // indices in Nodes
	Line, Column int // from 1; Column is 0 where the whole line is the tie
	// Directed is false where the tie goes both ways; From is then the node that the file names first.
	Directed bool
	Strength float64 // above 0 and finite; 1 where the file says nothing
	// Kind and Means are values of the vocabularies, empty where the file says nothing.
	Kind, Means  string
	Since, Until Date // Until is never before Since; zero where the file says nothing
	Note         string
}

// ListProblem is something that was set aside, and why; the rest of the file was read.
type ListProblem struct {
	Line, Column int    // from 1; Column is 0 where it is none in particular
	Field        string // "from", "to", "strength", "kind", "means", "since", "until", "position", "tie" for the whole of it
	Value        string // as the file has it, shortened
	Reason       string // in French
}

// Refuse records something that is set aside.
func (l *LinkList) Refuse(p ListProblem) {
	l.SetAside++
	if len(l.Problems) < MostListProblems {
		p.Value = clip(p.Value)
		l.Problems = append(l.Problems, p)
	}
}
