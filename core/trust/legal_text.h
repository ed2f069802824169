// The administrator's own texts (terms, privacy, imprint): files `<data>/legal/<name>.md` or `.txt`, read as text and
// shown as text. Of Markdown, only headings, lists and paragraphs have a meaning; everything else, HTML above all, is
// shown as words. A header before a line of three hyphens may give `title:` and `acceptance: required`; then people
// must agree before they go on, and again when the file changes, because its version is the SHA-256 of its bytes. Pure,
// except that it reads the directory. The texts are immutable once read, and any thread may hold them.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/words.h"
#include "core/trust/acceptance.h"

namespace connlog {

inline constexpr std::size_t kLegalFilesMax = 20;
inline constexpr std::size_t kLegalBytesMax = 256 * 1024;

struct LegalBlock {
  enum class Kind { heading, paragraph, bullet, numbered };
  Kind kind = Kind::paragraph;
  int level = 0;  // headings: 2–4, as the title is 1
  std::string text;
};
template <>
inline constexpr auto kWords<LegalBlock::Kind> = words_for<LegalBlock::Kind>({
    {LegalBlock::Kind::heading, "heading"},
    {LegalBlock::Kind::paragraph, "paragraph"},
    {LegalBlock::Kind::bullet, "bullet"},
    {LegalBlock::Kind::numbered, "numbered"},
});

struct LegalText {
  std::string name;  // [a-z0-9-]{1,40}
  std::string title;
  bool asks_for_acceptance = false;
  LegalDigest digest{};
  std::vector<LegalBlock> blocks;
};

// `name` is the file's, without its ending. Errors name the file and what is wrong in it.
Result<LegalText> parse_legal_text(const std::string& name, std::string_view bytes);

// Sorted by name. A missing directory gives no texts. One bad file is an error for all: a text that is not shown, or
// not asked about, because of a slip would be worse.
Result<std::vector<LegalText>> read_legal_texts(const std::filesystem::path& directory);

}  // namespace connlog
