// Reads what a claim says, in the forms in which providers send it: texts, lists, maps and paths into them. What cannot
// be read with certainty is said to be so, and is never taken for "nothing": a membership must not end because a
// provider changed the form of a claim. Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace connlog::oidc {

struct ClaimValues {
  bool found = false;  // the claim is there, with or without values
  std::vector<std::string> values = {};
  std::string unread = {};  // why it is there and cannot be read, for the administrator; empty: it was read
};

// What a single text stands for.
enum class TextIs {
  value,  // one value, whatever is in it
  list,   // values, separated by commas or semicolons, or else by blanks; the whole text is a value as well
};

// `path` is a claim's name ("groups", "https://example.org/groups"), or the way to it through objects with dots between
// the names ("realm_access.roles"), or a JSON pointer (RFC 6901, "/resource_access/my.client/roles"). Names may have dots
// in them: at each object the longest name that is there is taken first, and the claim with exactly this name before any
// path. A path goes through lists, too: "groups.name" is the names of all objects in the list.
//
// Read are: a text, a whole number, a list of these, and an object whose keys are the values, as Zitadel sends roles
// ({"operator": {"<organisation>": "<domain>"}}, {"operator": true, "admin": false}). null, "", [] and {} are a claim
// without values.
ClaimValues claim_values(const nlohmann::json& claims, std::string_view path, TextIs text);

// Whether the provider sends this claim from elsewhere (OpenID Connect Core §5.6.2, distributed claims), as Microsoft
// does for people in very many groups: then its absence says nothing.
bool is_elsewhere(const nlohmann::json& claims, std::string_view path);

// Whether a claim that must be a boolean says yes or no. Amazon Cognito, Apple, PayPal and others send texts.
enum class Says {
  nothing,  // it is not there, or null
  no,
  yes,         // true, "true" in any case, 1, "1"
  unreadable,  // anything else, which counts as no
};
Says says(const nlohmann::json& claims, std::string_view name);

// A value as it may be shown to the administrator: at most 60 bytes of its JSON, without control characters.
std::string shown_value(const nlohmann::json& value);

}  // namespace connlog::oidc
