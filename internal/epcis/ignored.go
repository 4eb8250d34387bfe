package epcis

import "github.com/go-json-experiment/json"

// repositoryNamespace is where the reference generator of event hashes looks
// for ignoreFields: the names of members that a repository added of its own.
const repositoryNamespace = "https://repository-x.example.com/"

// ignoredNames returns the names that the document declares to be no part of
// an event's identity.
func ignoredNames(d *Document) []string {
	for _, x := range d.Extensions {
		namespace, local, _ := d.Context.Expand(x.Name)
		var names []string
		if namespace == repositoryNamespace && local == "ignoreFields" && json.Unmarshal(x.Value, &names) == nil {
			return names
		}
	}
	return nil
}
