// The list of all places in the database that hold sealed secrets, and what seals them anew. A secret that is not in
// the list does not survive a rotation of the keys, so a test compares the list with the schema. A column that holds a
// secret is named sealed_…; two places have other names (answers kept for repeated requests, and JSON values of
// settings). The writer thread.
#pragma once

#include <span>
#include <string_view>

#include "core/trust/key_rotation.h"

namespace connlog::storage {

struct SealedColumn {
  std::string_view table, column;
};
std::span<const SealedColumn> sealed_columns();

class SqlSealedTexts final : public SealedTexts {
 public:
  Result<SealedAnew> seal_anew(Transaction&, const Keyring&, Random&) override;
};

}  // namespace connlog::storage
