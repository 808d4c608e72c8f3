// Package exposure computes what policy documents mean for a principal: how the boundary in
// force compares with the required one, what the principal could do beyond it, and what a
// repair would grant. It decides nothing: package plan decides from what is found here.
package exposure
