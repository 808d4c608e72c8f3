// Package wildcardtest is for tests that go through all short texts.
package wildcardtest

// Words are all words of up to length letters of an alphabet, the empty one first.
func Words(alphabet string, length int) []string {
	list, last := []string{""}, []string{""}
	for range length {
		var next []string
		for _, w := range last {
			for _, c := range alphabet {
				next = append(next, w+string(c))
			}
		}
		list, last = append(list, next...), next
	}
	return list
}
