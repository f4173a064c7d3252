// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_DEPLOYMENT_MODEL_H
#define AZURE_DEPLOYMENT_MODEL_H

#include <cstdint>

namespace ns3::azure
{

/// How the resources of a deployment are managed (S3-11, S3-18).
enum class DeploymentModel : uint8_t
{
    ResourceManager,
    Classic,
};

/// @return the model, as errors name it
constexpr const char*
GetName(DeploymentModel model)
{
    return model == DeploymentModel::Classic ? "classic" : "Resource Manager";
}

} // namespace ns3::azure

#endif // AZURE_DEPLOYMENT_MODEL_H
