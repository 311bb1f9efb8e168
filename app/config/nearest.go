package config

// nearest returns the candidate that takes the fewest typing errors to become
// word; of equals the first.
func nearest(word string, candidates []string) string {
	best, least := "", 0
	for i, c := range candidates {
		if d := distance(word, c); i == 0 || d < least {
			best, least = c, d
		}
	}
	return best
}

// distance counts the bytes to insert, delete or replace to turn a into b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			above := row[j+1]
			row[j+1] = min(above+1, row[j]+1, diagonal+differs(a[i], b[j]))
			diagonal = above
		}
	}
	return row[len(b)]
}

func differs(a, b byte) int {
	if a == b {
		return 0
	}
	return 1
}
