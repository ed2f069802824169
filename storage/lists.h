// Short lists of words in one column (scopes, address ranges, domains, tags), held apart by a character that none of them
// has. Pure: any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace connlog::storage {

std::string joined(const std::vector<std::string>& words, char between);

// What `joined` made; empty words are left out.
std::vector<std::string> split(std::string_view text, char between);

}  // namespace connlog::storage
