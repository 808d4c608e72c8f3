package replay

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/localaws/iam"
	"github.com/ringfence/ringfence/internal/logs"
)

// randomLog is what somebody does to three roles within minutes, faster than events are delivered.
func randomLog(seed uint64) []logs.Record {
	r := rand.New(rand.NewPCG(seed, seed))
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	exists := map[string]bool{}
	var calls [][3]string
	for range 40 {
		at = at.Add(time.Duration(r.IntN(9)) * time.Second)
		role := fmt.Sprint("app-", r.IntN(3))
		name, request := "CreateRole", `"roleName": "`+role+`"`
		if exists[role] {
			switch r.IntN(7) {
			case 0:
				name = "DeleteRole"
			case 1, 2:
				name = "DeleteRolePermissionsBoundary"
			case 3:
				name, request = "PutRolePermissionsBoundary", request+`, "permissionsBoundary": "`+ours+`"`
			case 4:
				name, request = "PutRolePermissionsBoundary", request+`, "permissionsBoundary": "`+admin+`"`
			default:
				name, request = "TagRole", request+`, "tags": []`
			}
		}
		exists[role] = name != "DeleteRole"
		calls = append(calls, [3]string{name, at.Format("15:04:05"), "{" + request + "}"})
	}
	return log(calls...)
}

// Ensure that whatever happens faster than events are delivered, everybody is inside in the end,
// nothing is an error, and two replays are the same.
func TestNothingIsLostInLiveOrder(t *testing.T) {
	for _, seed := range []uint64{1, 2, 3, 7, 12, 37, 63} { // fights and walks are among them
		for _, instant := range []bool{false, true} {
			o := approved
			o.Instant = instant
			var texts [2]string
			for i := range texts {
				w, err := newWorld(o)
				if err != nil {
					t.Fatal(err)
				}
				var all []Finding
				each := func(s Step) error {
					all = append(all, s.Findings...)
					return s.Err
				}
				if err = w.play(t.Context(), logs.Of(randomLog(seed)...), each); err == nil {
					// Repairs that somebody keeps undoing are held back for some minutes.
					err = w.until(t.Context(), w.clock.Now().Add(10*time.Minute), each)
				}
				if err != nil {
					t.Fatalf("seed %d, instant: %v: %v", seed, instant, err)
				}
				texts[i] = lines(t, all)
				_ = w.clouds["aws"].server.IAM(own).View(iam.Lag{}, func(tx *iam.Tx) error {
					for i := range 3 {
						if r := tx.Role(fmt.Sprint("app-", i)); r != nil && r.Boundary != ours {
							t.Errorf("seed %d, instant: %v: %s carries %q in the end", seed, instant, r.Name, r.Boundary)
						}
					}
					return nil
				})
			}
			if texts[0] != texts[1] || !strings.Contains(texts[0], `"drift": "missing"`) {
				t.Errorf("seed %d, instant: %v: two replays differ, or found nothing", seed, instant)
			}
		}
	}
}
