// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-benchmark-report.h"

#include "ns3/azure-parse.h"
#include "ns3/azure-version.h"

#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>
#include <unistd.h>

namespace ns3::azure
{

namespace
{

using Json = nlohmann::ordered_json;

constexpr int FORMAT = 1; //!< of the file; changes when a reader has to know

/// @return the number with three digits that matter, and no power of ten
std::string
FormatFigure(double number)
{
    if (!std::isfinite(number))
    {
        return "-";
    }
    const double size = std::abs(number);
    const int before = size < 1 ? 1 : static_cast<int>(std::floor(std::log10(size))) + 1;
    std::ostringstream os;
    os << std::fixed << std::setprecision(std::max(0, 3 - before)) << number;
    return os.str();
}

/// @return as "<=0.5 met"
std::string
FormatGoal(const BenchmarkGoal& goal, bool isMet)
{
    std::ostringstream os;
    os << (goal.isUpperLimit ? "<=" : ">=") << goal.limit << (isMet ? " met" : " missed");
    return os.str();
}

/// Print a line of the table, of 80 columns as long as names are short.
void
PrintLine(const std::string& name,
          const std::string& parameters,
          const std::string& value,
          const std::string& unit,
          const std::string& ratio,
          const std::string& goal)
{
    std::ostringstream os;
    os << std::left << std::setw(15) << name << " " << std::setw(25) << parameters << std::right
       << std::setw(8) << value << " " << std::left << std::setw(10) << unit << std::right
       << std::setw(6) << ratio << std::setw(14) << goal;
    auto line = os.str();
    line.erase(line.find_last_not_of(' ') + 1);
    std::cout << line << std::endl;
}

/// @return the first line that a command prints; nothing if it prints none
std::string
ReadLine(const std::string& command)
{
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"),
                                                               &pclose);
    std::string line;
    for (int c = pipe ? std::fgetc(pipe.get()) : EOF; c != EOF && c != '\n';
         c = std::fgetc(pipe.get()))
    {
        line += static_cast<char>(c);
    }
    return line;
}

/// @return the processor's name; nothing where the system does not tell
std::string
FindProcessor()
{
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);)
    {
        if (line.rfind("model name", 0) == 0)
        {
            return line.substr(std::min(line.find(": "), line.size() - 2) + 2);
        }
    }
    return "";
}

Json
DescribeMachine(double load)
{
    const double pages = static_cast<double>(sysconf(_SC_PHYS_PAGES));
    return {{"processor", FindProcessor()},
            {"cores", std::thread::hardware_concurrency()},
            {"memory_bytes", pages * static_cast<double>(sysconf(_SC_PAGESIZE))},
            {"load_average", load}};
}

Json
DescribeBuild()
{
    const std::string top = AZURE_BENCHMARK_TOP;
    return {{"compiler", AZURE_BENCHMARK_COMPILER},
            {"build_type", AZURE_BENCHMARK_BUILD_TYPE},
            {"ns3_version", AZURE_BENCHMARK_NS3_VERSION},
            {"module_version", MODULE_VERSION},
            {"git_revision",
             ReadLine("git -C '" + top + "' describe --always --dirty --abbrev=12 2>/dev/null")}};
}

Json
DescribeRow(const BenchmarkRow& row)
{
    Json parameters = Json::object();
    for (const auto& [name, text] : row.parameters)
    {
        const auto number = ParseUnsigned(text);
        parameters[name] = number ? Json(*number) : Json(text);
    }
    Json json{{"name", row.name},
              {"parameters", parameters},
              {"value", row.value},
              {"unit", row.unit},
              {"ratio", row.ratio ? Json(*row.ratio) : Json()},
              {"goal", Json()}};
    if (row.goal)
    {
        const char* of = row.ratio ? "ratio" : "value";
        json["goal"] = {{"of", of},
                        {row.goal->isUpperLimit ? "at_most" : "at_least", row.goal->limit},
                        {"is_met", row.goal->IsMet(row.ratio.value_or(row.value))}};
    }
    return json;
}

/// @return what the file has; an empty one if there is none, or if it is something else
Json
ReadFile(const std::string& path)
{
    std::ifstream file(path);
    auto json = Json::parse(file, nullptr, false);
    if (!json.is_object() || json.value("format", 0) != FORMAT || !json["programs"].is_array())
    {
        json = {{"format", FORMAT}, {"programs", Json::array()}};
    }
    return json;
}

} // namespace

BenchmarkReport::BenchmarkReport(const std::string& program,
                                 const BenchmarkOptions& options,
                                 const std::string& conditions)
    : m_program(program),
      m_options(options),
      m_conditions(conditions),
      m_begin(std::chrono::steady_clock::now())
{
    const auto now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    std::ostringstream date;
    date << std::put_time(&utc, "%Y-%m-%dT%H:%M:%SZ");
    m_date = date.str();
    if (getloadavg(&m_load, 1) != 1)
    {
        m_load = 0;
    }
    std::cout << m_program << ": " << m_conditions << ", " << m_options.GetClockName()
              << " time, load " << FormatFigure(m_load) << std::endl;
    PrintLine("", "", "value", "unit", "ratio", "goal");
}

void
BenchmarkReport::AddRow(const BenchmarkRow& row)
{
    std::string parameters;
    for (const auto& [name, text] : row.parameters)
    {
        parameters += (parameters.empty() ? "" : " ") + name + "=" + text;
    }
    const bool isMet = row.goal && row.goal->IsMet(row.ratio.value_or(row.value));
    m_missed += row.goal && !isMet ? 1 : 0;
    PrintLine(row.name,
              parameters,
              FormatFigure(row.value),
              row.unit,
              row.ratio ? FormatFigure(*row.ratio) : "",
              row.goal ? FormatGoal(*row.goal, isMet) : "");
    m_rows.push_back(row);
}

std::string
BenchmarkReport::MakeEntry() const
{
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - m_begin;
    Json rows = Json::array();
    for (const auto& row : m_rows)
    {
        rows.push_back(DescribeRow(row));
    }
    const Json entry{{"program", m_program},
                     {"date", m_date},
                     {"seconds", seconds.count()},
                     {"conditions", m_conditions},
                     {"clock", m_options.GetClockName()},
                     {"repetitions", m_options.repetitions},
                     {"is_quick", m_options.isQuick},
                     {"machine", DescribeMachine(m_load)},
                     {"build", DescribeBuild()},
                     {"rows", rows}};
    return entry.dump();
}

int
BenchmarkReport::Finish() const
{
    if (m_missed > 0)
    {
        std::cout << m_missed << (m_missed == 1 ? " goal" : " goals") << " missed" << std::endl;
    }
    const int status = m_missed > 0 && m_options.areGoalsRequired ? 1 : 0;
    if (m_options.file.empty())
    {
        return status;
    }
    auto json = ReadFile(m_options.file);
    Json programs = Json::array();
    for (const auto& program : json["programs"])
    {
        if (program.value("program", "") != m_program)
        {
            programs.push_back(program);
        }
    }
    programs.push_back(Json::parse(MakeEntry()));
    json["programs"] = programs;
    const auto temporary = m_options.file + ".new"; // so that nobody ever reads half a file
    std::ofstream file(temporary);
    file << json.dump(1) << "\n";
    file.close();
    std::error_code error;
    std::filesystem::rename(temporary, m_options.file, error);
    if (!file || error)
    {
        std::cerr << m_program << ": json: '" << m_options.file << "' cannot be written"
                  << std::endl;
        return 1;
    }
    return status;
}

} // namespace ns3::azure
