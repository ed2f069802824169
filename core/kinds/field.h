// Typed fields: what a kind (of channel, later of check or subject) asks people for. A descriptor is constant data: texts
// by string_view, spans over static arrays, no JSON. From it follow what is accepted, the schema (core/kinds/
// field_schema), the form and the table of the documents.
//
// Values and secrets are apart from the first step on: `FieldValues` never holds a secret, so that it may be stored as it
// is, shown and exported. A secret is a `Secret`, which only the kind itself reads. Pure; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace connlog {

enum class FieldType {
  text,         // one line
  secret,       // one line; stored sealed, never shown again
  secret_url,   // a web address that is a credential itself
  url,          // http or https
  mail,         // a mail address
  number,       // a whole number in a range
  choice,       // one of some words
  flag,         // true or false
  lines,        // several lines
  secret_lines,  // several lines; stored sealed, never shown again
  certificate,  // certificates in PEM form
};

struct FieldChoice {
  std::string_view word, label;
};

struct Field {
  std::string_view name;   // in the API and in the database: never renamed; letters, digits, underscores
  std::string_view label;  // for people
  FieldType type = FieldType::text;
  bool required = false;
  std::string_view help = {};
  std::string_view example = {};              // shown in the empty field
  std::string_view default_value = {};        // as text: "https://ntfy.sh", "5", "true"; empty: none
  std::int64_t lowest = 0;                    // number: the range; text, secret, lines: characters
  std::int64_t highest = 0;                   // 0: the type's own bound
  std::span<const FieldChoice> choices = {};  // choice
  bool address = false;                       // where it goes: when it changes, secrets are asked for anew
  bool made_here = false;                     // a secret that connlog makes and shows once
  bool spaces = false;                        // a secret that may have spaces in it: a passphrase
};

constexpr bool is_secret(const Field& field) {
  return field.type == FieldType::secret || field.type == FieldType::secret_url ||
         field.type == FieldType::secret_lines;
}

std::string_view to_text(FieldType type);  // "secret_url"; the word of the API

// ---- values

using FieldValue = std::variant<std::string, std::int64_t, bool>;

// What is not secret, by name.
class FieldValues {
 public:
  std::string text(std::string_view name) const;  // empty where there is none
  std::int64_t number(std::string_view name) const;
  bool flag(std::string_view name) const;
  const FieldValue* find(std::string_view name) const;  // null: none
  void set(std::string_view name, FieldValue value) { entries_.insert_or_assign(std::string(name), std::move(value)); }
  void remove(std::string_view name);
  const std::map<std::string, FieldValue, std::less<>>& entries() const { return entries_; }

  friend bool operator==(const FieldValues&, const FieldValues&) = default;

 private:
  std::map<std::string, FieldValue, std::less<>> entries_;
};

// As one JSON object, for the database. Members of other forms (of a later version) are left out when it is read.
std::string to_stored(const FieldValues& values);
FieldValues from_stored(std::string_view text);

// Secrets by name. Moved, never copied by accident.
class FieldSecrets {
 public:
  std::string_view reveal(std::string_view name) const;  // empty where there is none
  bool has(std::string_view name) const { return entries_.contains(name); }
  void set(std::string_view name, Secret secret) { entries_.insert_or_assign(std::string(name), std::move(secret)); }
  const std::map<std::string, Secret, std::less<>>& entries() const { return entries_; }

 private:
  std::map<std::string, Secret, std::less<>> entries_;
};

// ---- what somebody gave

// One member of a flat object as a client sent it. A text is a Secret until its field says that it is none.
struct GivenField {
  enum class Form { null, flag, number, text };
  Form form = Form::null;
  bool flag = false;
  std::int64_t number = 0;
  Secret text = {};
};

class GivenFields {
 public:
  void set(std::string_view name, GivenField value) { entries_.insert_or_assign(std::string(name), std::move(value)); }
  GivenFields& text(std::string_view name, std::string_view value) &;
  GivenFields&& text(std::string_view name, std::string_view value) && { return std::move(text(name, value)); }
  GivenFields& null(std::string_view name) &;
  GivenFields&& null(std::string_view name) && { return std::move(null(name)); }
  const GivenField* find(std::string_view name) const;
  const std::map<std::string, GivenField, std::less<>>& entries() const { return entries_; }

 private:
  std::map<std::string, GivenField, std::less<>> entries_;
};

// What stood before a change.
struct StandingFields {
  const FieldValues* values = nullptr;  // null: something new is made
  std::vector<std::string> secrets;     // the names of those that are set
};

struct CheckedFields {
  FieldValues values;                  // all of them, with defaults
  FieldSecrets secrets;                // those given now
  std::vector<std::string> forgotten;  // secrets that are to be cleared
  bool moved = false;                  // a field that is an address has another value than before
};

// Holds what was given against the fields. What is not given stays as it was, or becomes its default; null and an empty
// text clear. Where an address changes, a secret that was set for the former one must be given again or cleared: else
// who may change the recipient could have the secret sent to a place of their own. Errors name "fields.<name>".
Result<CheckedFields> check_fields(std::span<const Field> fields, const GivenFields& given,
                                   const StandingFields& before);

// A secret for recognition: its first three characters, where it is long enough, and "…".
std::string masked(std::string_view secret);

}  // namespace connlog
