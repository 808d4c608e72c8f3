// Package exposure says what documents mean for a principal: how the boundary in force
// compares with the required one, what the principal could do beyond it, and what a
// repair would give up. It decides nothing; package plan does, from what is found here.
package exposure
