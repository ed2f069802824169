#include "core/identity/oidc/claim_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/base/text.h"
#include "core/identity/oidc/strict_json.h"

namespace connlog::oidc {
namespace {

using nlohmann::json;

constexpr std::size_t kShownBytesMax = 60;
constexpr std::size_t kNamesShown = 5;

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// ------------------------------------------------------------------- the path

// One name of a JSON pointer (RFC 6901 §4).
std::string unescaped(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] != '~' || i + 1 == name.size()) {
      out += name[i];
      continue;
    }
    ++i;
    out += name[i] == '1' ? '/' : '~';
  }
  return out;
}

// The rest of a path, from some value on. `pointer`: with slashes instead of dots, and then names are exact.
struct Rest {
  std::string_view text;
  bool pointer = false;
};

// Calls `take` with every value that the path leads to; more than one only through lists. Returns why the way ends at
// something that has no members; empty: nothing was in the way.
std::string walk(const json& here, const Rest& rest, const std::function<void(const json&)>& take) {
  if (rest.text.empty()) {
    take(here);
    return {};
  }
  if (here.is_null()) return {};
  if (here.is_array()) {
    std::string why;
    for (const json& each : here) {
      std::string found = walk(each, rest, take);
      if (why.empty()) why = std::move(found);
    }
    return why;
  }
  if (!here.is_object())
    return fmt::format("there is {} where an object with “{}” should be", shown_value(here), rest.text.substr(0, 60));
  if (rest.pointer) {
    const std::size_t end = std::min(rest.text.find('/', 1), rest.text.size());
    const auto found = here.find(unescaped(rest.text.substr(1, end - 1)));
    return found == here.end() ? std::string() : walk(*found, {rest.text.substr(end), true}, take);
  }
  // The longest name first: a name may have dots in it (a client id, such as "org.example.app").
  for (std::size_t end = rest.text.size(); end != std::string_view::npos && end > 0;
       end = rest.text.rfind('.', end - 1)) {
    const auto found = here.find(rest.text.substr(0, end));
    if (found != here.end()) return walk(*found, {rest.text.substr(std::min(end + 1, rest.text.size()))}, take);
  }
  return {};
}

std::string names_in(const json& object) {
  std::string out;
  std::size_t count = 0;
  for (const auto& [name, value] : object.items()) {
    if (++count > kNamesShown) return out + ", …";
    if (!out.empty()) out += ", ";
    out += shown_value(json(name));
  }
  return out;
}

// -------------------------------------------------------------------- reading

class Reading {
 public:
  explicit Reading(TextIs text) : text_(text) {}

  void take(const json& value) {
    out_.found = true;
    if (value.is_array()) {
      for (const json& each : value) take_element(each);
    } else if (value.is_object()) {
      take_map(value);
    } else if (value.is_string() && text_ == TextIs::list) {
      take_text(value.get_ref<const std::string&>());
    } else if (!value.is_null()) {
      take_element(value);
    }
  }
  void hinder(const std::string& why) {
    if (why.empty()) return;
    out_.found = true;
    refuse(why);
  }
  ClaimValues result() && { return std::move(out_); }

 private:
  void take_element(const json& value) {
    if (value.is_string()) {
      if (const auto& text = value.get_ref<const std::string&>(); !text.empty()) out_.values.push_back(text);
    } else if (value.is_number_integer()) {
      out_.values.push_back(value.dump());
    } else if (value.is_object()) {
      refuse(fmt::format("it is a list of objects. Add the member to read, like {{name}}.member; they have: {}",
                         names_in(value)));
    } else if (!value.is_null()) {
      refuse(fmt::format("{} is no text", shown_value(value)));
    }
  }

  // A group whose name has a blank or a comma in it must not become several groups because a provider sends a single
  // group as a bare text. So this is only called where a text may be a list; read_identity.cpp says where that is.
  void take_text(const std::string& text) {
    const std::string_view bare = trimmed(text);
    if (bare.empty()) return;
    if (bare.front() == '[') {  // a list that was made a text
      if (const auto list = parse_strict_object(fmt::format("{{\"list\":{}}}", bare), "it"); list) {
        for (const json& each : (*list)["list"]) take_element(each);
        return;
      }
    }
    out_.values.emplace_back(text);
    const bool by_marks = bare.find_first_of(",;") != std::string_view::npos;
    const auto separates = [by_marks](char c) { return by_marks ? c == ',' || c == ';' : is_blank(c); };
    for (auto at = bare.begin(); at != bare.end();) {
      const auto end = std::find_if(at, bare.end(), separates);
      const std::string_view piece = trimmed(std::string_view(at, end));
      if (!piece.empty() && piece != text) out_.values.emplace_back(piece);
      at = end == bare.end() ? end : end + 1;
    }
  }

  // An object is read by its keys only if it can be nothing else than a map of roles: each value is a yes or no, or an
  // object of plain facts about the role. {"name": "operator"} and {"my-client": {"roles": […]}} are something else.
  void take_map(const json& object) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : object.items()) {
      const bool about_role =
          value.is_object() && std::ranges::none_of(value, [](const json& fact) { return fact.is_structured(); });
      if (!value.is_boolean() && !about_role) {
        return refuse(
            fmt::format("it is an object. Add the member to read, like {{name}}.member; it has: {}", names_in(object)));
      }
      if (about_role || value == true) keys.push_back(key);
    }
    for (std::string& key : keys) out_.values.push_back(std::move(key));
  }

  void refuse(const std::string& why) {
    if (out_.unread.empty()) out_.unread = why;
  }

  const TextIs text_;
  ClaimValues out_;
};

}  // namespace

std::string shown_value(const json& value) {
  const std::string text = value.dump(-1, ' ', true, json::error_handler_t::replace);  // ASCII alone
  return text.size() <= kShownBytesMax ? text : text.substr(0, kShownBytesMax) + "…";
}

ClaimValues claim_values(const json& claims, std::string_view path, TextIs text) {
  Reading reading(text);
  const auto take = [&reading](const json& value) { reading.take(value); };
  if (const auto whole = claims.find(path); whole != claims.end()) {
    take(*whole);
  } else {
    reading.hinder(walk(claims, {path, path.starts_with('/')}, take));
  }
  ClaimValues read = std::move(reading).result();
  if (!read.unread.empty()) {
    // The advice above names the claim as the administrator wrote it.
    if (const std::size_t at = read.unread.find("{name}"); at != std::string::npos)
      read.unread.replace(at, 6, std::string(path));
    read.values.clear();
  }
  return read;
}

bool is_elsewhere(const json& claims, std::string_view path) {
  if (path == "groups" && says(claims, "hasgroups") == Says::yes) return true;
  const auto names = claims.find("_claim_names");
  if (names == claims.end() || !names->is_object()) return false;
  const bool pointer = path.starts_with('/');
  const std::string first = pointer ? unescaped(path.substr(1, path.find('/', 1) - 1)) : std::string();
  return std::ranges::any_of(names->items(), [&](const auto& item) {
    const std::string& name = item.key();
    return name == path || (pointer ? name == first : path.starts_with(name + "."));
  });
}

Says says(const json& claims, std::string_view name) {
  const auto found = claims.find(name);
  if (found == claims.end() || found->is_null()) return Says::nothing;
  if (found->is_boolean()) return *found == true ? Says::yes : Says::no;
  if (found->is_number_integer()) return *found == 1 ? Says::yes : *found == 0 ? Says::no : Says::unreadable;
  if (!found->is_string()) return Says::unreadable;
  const std::string word = lower(found->get_ref<const std::string&>());
  if (word == "true" || word == "1") return Says::yes;
  return word == "false" || word == "0" || word.empty() ? Says::no : Says::unreadable;
}

}  // namespace connlog::oidc
