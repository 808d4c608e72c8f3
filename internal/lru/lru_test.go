package lru

import "testing"

func TestTheLeastRecentlyUsedIsDropped(t *testing.T) {
	c := New[string, int](2)
	c.Put("a", 1)
	c.Put("b", 2)
	c.Get("a")
	c.Put("c", 3)
	for key, want := range map[string]int{"a": 1, "c": 3} {
		if got, ok := c.Get(key); !ok || got != want {
			t.Errorf("%s is %d, %v", key, got, ok)
		}
	}
	if _, ok := c.Get("b"); ok {
		t.Error("b is still there")
	}
	c.Put("a", 4)
	if got, _ := c.Get("a"); got != 4 || c.order.Len() != 2 || len(c.at) != 2 {
		t.Errorf("a is %d, %d kept", got, c.order.Len())
	}
}
