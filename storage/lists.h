// Short lists of words stored in one column (scopes, address ranges, domains, tags), separated by a character that
// occurs in none of them. Pure: any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace connlog::storage {

std::string joined(const std::vector<std::string>& words, char between);

// The words of a text that `joined` made; empty words are left out.
std::vector<std::string> split(std::string_view text, char between);

}  // namespace connlog::storage
