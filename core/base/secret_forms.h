// Secrets that are recognised by more than a prefix; inside of core/base/secret_shapes alone. Pure; any thread.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "core/base/secret_shapes.h"

namespace connlog::secret_forms {

enum class Alphabet { hex, alphanumeric, word, dotted, upper, upper32, base64 };
bool is_in(Alphabet alphabet, char c);
// How many characters of the alphabet the text begins with, counted up to `most`.
std::size_t run_of(Alphabet alphabet, std::string_view text, std::size_t most);

// The secret that is recognised at this place: it begins there, or a little behind (a value behind its name), never before
// `free_from`. Length 0: none. `in_word`: the character before belongs to a word.
SecretFound at(std::string_view text, std::size_t place, bool in_word, std::size_t free_from);

std::span<const SecretShape> shapes();

}  // namespace connlog::secret_forms
