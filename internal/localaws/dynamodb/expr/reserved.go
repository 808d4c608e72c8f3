package expr

import (
	_ "embed"
	"strings"
)

// AWS's list of words that an expression must write as #name.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html
//
//go:embed reserved.txt
var reservedWords string

var reserved = func() map[string]bool {
	words := map[string]bool{}
	for w := range strings.FieldsSeq(reservedWords) {
		words[w] = true
	}
	return words
}()

func isReserved(name string) bool { return reserved[strings.ToUpper(name)] }
