// Finds texts that have the form of a well-known secret: private keys, tokens of services with public formats, connlog's own
// tokens and keys, passwords in URLs, connection strings. One table of shapes (docs/secret-shapes.md), each with examples
// that are found and examples that are not. Linear in the text. Pure; any thread.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace connlog {

struct SecretFound {
  std::size_t at = 0, length = 0;  // bytes of the text
  std::string_view shape;          // the word of its row: "github_token"
  std::string_view noun;           // for people: "a token of GitHub"
};

// By place; they do not overlap.
std::vector<SecretFound> find_secrets(std::string_view text);
// The text with each secret in it replaced by "[" noun "]".
std::string mask_secrets(std::string_view text);

// A row of the table, for the document and its test.
struct SecretShape {
  std::string_view word, noun;
  std::string_view form;  // "ghp_, gho_, ghu_, ghs_ or ghr_ and 36 letters and digits"
};
std::vector<SecretShape> secret_shapes();

}  // namespace connlog
