package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// keyForm is what a condition key may look like; a variable part is in ${}.
var keyForm = regexp.MustCompile(`^[^\s,:]+:[^\s,]+$`)

// listKeys makes the text of the list of condition keys: see package catalog.
func listKeys(folder fs.FS) ([]byte, error) {
	var services []string
	if err := read(folder, "data/services.json", &services); err != nil {
		return nil, err
	}
	slices.Sort(services)
	var out bytes.Buffer
	for _, service := range services {
		if err := writeKeys(&out, folder, service); err != nil {
			return nil, err
		}
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

func writeKeys(out *bytes.Buffer, folder fs.FS, service string) error {
	var documented map[string]struct {
		Key  string `json:"key"`
		Type string `json:"type"`
	}
	if err := read(folder, "data/conditionKeys/"+service+".json", &documented); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var actions map[string]action
	if err := read(folder, "data/actions/"+service+".json", &actions); err != nil {
		return err
	}
	all, of := map[string]bool{}, map[string][]string{}
	types := map[string]string{}
	for _, k := range documented {
		mark, ok := typeMarks[k.Type]
		if !ok {
			return fmt.Errorf("service %s: condition key %q has the unknown type %q", service, k.Key, k.Type)
		}
		all[variable(k.Key)], types[variable(k.Key)] = true, mark
	}
	for _, name := range keys(actions) {
		a := actions[name]
		list := slices.Clone(a.ConditionKeys)
		for _, r := range a.ResourceTypes {
			list = append(list, r.ConditionKeys...)
		}
		for i, k := range list {
			list[i] = variable(k)
		}
		slices.Sort(list)
		of[a.Name] = slices.Compact(list)
		for _, k := range list {
			all[k] = true
		}
	}
	delete(all, "") // what stands in the place of none
	fmt.Fprintf(out, "+%s\n", strings.ToLower(service))
	numbers := map[string]string{}
	for i, k := range keys(all) {
		if !keyForm.MatchString(k) {
			return fmt.Errorf("service %s: odd condition key %q", service, k)
		}
		numbers[k] = strconv.Itoa(i)
		if mark, ok := types[k]; ok {
			k += mark
		} else {
			k += " ?"
		}
		fmt.Fprintf(out, "@%s\n", k)
	}
	for _, name := range keys(of) {
		var list []string
		for _, k := range of[name] {
			if k != "" {
				list = append(list, numbers[k])
			}
		}
		if len(list) > 0 {
			fmt.Fprintf(out, "%s %s\n", name, strings.Join(list, ","))
		}
	}
	return nil
}

// typeMarks are the types of condition keys, as package catalog reads them.
//
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html#context_keys_table
var typeMarks = map[string]string{
	"String": "", "ARN": " A", "Bool": " B", "Numeric": " N", "Date": " D", "IPAddress": " I",
	"ArrayOfString": " *", "ArrayOfARN": " *A", "ArrayOfBool": " *B",
	"": " ?",
}

// variable writes the part of a key that varies in the one way of the two that AWS has.
func variable(key string) string { return strings.Replace(key, "<key>", "${TagKey}", 1) }
