#include "core/trust/legal_text.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "core/base/text.h"

namespace connlog {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kTitleBytesMax = 160;

Error wrong(const std::string& name, const std::string& what) {
  return invalid("legal", fmt::format("The legal text {}: {}", name, what));
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 40 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(trimmed(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// The level of a heading: "## Words" → 2. No heading: 0.
int heading_level(std::string_view line) {
  const std::size_t hashes = std::min(line.find_first_not_of('#'), line.size());
  return hashes >= 1 && hashes <= 6 && hashes < line.size() && line[hashes] == ' ' ? static_cast<int>(hashes) : 0;
}

// The text of a numbered item: "12. Words" → "Words". No item: empty.
std::string_view numbered_words(std::string_view line) {
  const std::size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
  if (digits == 0 || digits > 4 || line.substr(digits, 2) != ". ") return {};
  return trimmed(line.substr(digits + 2));
}

Result<void> read_header_line(LegalText& text, std::string_view line) {
  const std::size_t colon = line.find(':');
  const std::string_view key = trimmed(line.substr(0, std::min(colon, line.size())));
  const std::string_view value = colon == std::string_view::npos ? std::string_view() : trimmed(line.substr(colon + 1));
  if (key == "title" && !value.empty() && value.size() <= kTitleBytesMax) {
    text.title = value;
    return {};
  }
  if (key == "acceptance" && (value == "required" || value == "none")) {
    text.asks_for_acceptance = value == "required";
    return {};
  }
  return wrong(
      text.name,
      fmt::format("\"{}\" stands in its header, where only \"title: …\" and \"acceptance: required\" (or none) may.",
                  std::string(line.substr(0, 60))));
}

void add_blocks(LegalText& text, const std::vector<std::string_view>& lines, std::size_t from) {
  bool continues = false;  // the next plain line belongs to the last block
  for (std::size_t i = from; i < lines.size(); ++i) {
    const std::string_view line = lines[i];
    if (line.empty()) {
      continues = false;
      continue;
    }
    LegalBlock block;
    if (const int level = heading_level(line); level > 0) {
      const std::string_view words = trimmed(line.substr(static_cast<std::size_t>(level)));
      if (text.title.empty() && text.blocks.empty()) {
        text.title = words.substr(0, kTitleBytesMax);
        continue;
      }
      block.kind = LegalBlock::Kind::heading;
      block.level = std::clamp(level, 2, 4);
      block.text = words;
      continues = false;
    } else if (line.substr(0, 2) == "- " || line.substr(0, 2) == "* ") {
      block.kind = LegalBlock::Kind::bullet;
      block.text = trimmed(line.substr(2));
      continues = true;
    } else if (const std::string_view words = numbered_words(line); !words.empty()) {
      block.kind = LegalBlock::Kind::numbered;
      block.text = words;
      continues = true;
    } else if (continues) {
      text.blocks.back().text += ' ';
      text.blocks.back().text += line;
      continue;
    } else {
      block.text = line;
      continues = true;
    }
    text.blocks.push_back(std::move(block));
  }
}

Result<std::string> content_of(const fs::path& path, const std::string& name) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return wrong(name, fmt::format("the file cannot be opened: {}.", std::strerror(errno)));
  struct stat facts {};
  std::string bytes;
  bool good = ::fstat(file, &facts) == 0 && S_ISREG(facts.st_mode);
  if (good && facts.st_size <= static_cast<off_t>(kLegalBytesMax)) {
    bytes.resize(kLegalBytesMax + 1);
    std::size_t length = 0;
    while (length < bytes.size()) {
      const ssize_t got = ::read(file, bytes.data() + length, bytes.size() - length);
      if (got < 0) good = false;
      if (got <= 0) break;
      length += static_cast<std::size_t>(got);
    }
    bytes.resize(length);
  } else if (good) {
    bytes.resize(kLegalBytesMax + 1);
  }
  ::close(file);
  if (!good) return wrong(name, "it is not a file that can be read.");
  return bytes;
}

}  // namespace

Result<LegalText> parse_legal_text(const std::string& name, std::string_view bytes) {
  LegalText text;
  text.name = name;
  if (!is_name(name))
    return wrong(name, "its name may have small letters, digits and hyphens, and 40 of them at most.");
  if (bytes.size() > kLegalBytesMax)
    return wrong(name, fmt::format("it is longer than {} KiB.", kLegalBytesMax / 1024));
  if (!is_utf8(bytes)) return wrong(name, "it is not UTF-8.");
  if (std::ranges::any_of(bytes, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7f;
      })) {
    return wrong(name, "it has control characters.");
  }
  crypto_hash_sha256(text.digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  if (bytes.substr(0, 3) == "\xEF\xBB\xBF") bytes.remove_prefix(3);
  const auto lines = lines_of(bytes);
  // The file has a header if a line of three hyphens comes before the first empty line.
  const auto empty = std::ranges::find(lines, std::string_view());
  const auto rule = std::find(lines.begin(), empty, std::string_view("---"));
  std::size_t from = 0;
  if (rule != empty) {
    for (auto line = lines.begin(); line != rule; ++line) TRY(read_header_line(text, *line));
    from = static_cast<std::size_t>(rule - lines.begin()) + 1;
  } else if (std::any_of(lines.begin(), empty, [](std::string_view line) { return line.starts_with("acceptance:"); })) {
    return wrong(name, "\"acceptance:\" stands in it without the line of three hyphens that ends a header.");
  }
  add_blocks(text, lines, from);
  if (text.blocks.empty()) return wrong(name, "it is empty.");
  if (text.title.empty()) text.title = name;
  return text;
}

Result<std::vector<LegalText>> read_legal_texts(const fs::path& directory) {
  std::vector<LegalText> texts;
  std::error_code trouble;
  for (fs::directory_iterator entry(directory, trouble), end; !trouble && entry != end; entry.increment(trouble)) {
    const fs::path path = entry->path();
    const std::string ending = path.extension().string();
    if ((ending != ".md" && ending != ".txt") || path.filename().string().starts_with(".")) continue;
    const std::string name = path.stem().string();
    if (texts.size() >= kLegalFilesMax)
      return invalid("legal",
                     fmt::format("There are more than {} legal texts in {}.", kLegalFilesMax, directory.string()));
    if (std::ranges::find(texts, name, &LegalText::name) != texts.end())
      return wrong(name, "it is there twice, as .md and as .txt. Remove one.");
    const std::string bytes = TRY(content_of(path, name));
    auto text = TRY(parse_legal_text(name, bytes));
    texts.push_back(std::move(text));
  }
  if (trouble && trouble != std::errc::no_such_file_or_directory) {
    return Error{ErrorCode::unavailable, fmt::format("The directory {} of legal texts cannot be read: {}.",
                                                     directory.string(), trouble.message())};
  }
  std::ranges::sort(texts, {}, &LegalText::name);
  return texts;
}

}  // namespace connlog
