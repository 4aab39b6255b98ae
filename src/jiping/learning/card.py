"""The model card, made from what lies in a model directory; no figure is typed by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jiping.labels import AREAS, CLARITY, KINDS, SECTIONS

_HEAD = """---
language: zh
license: apache-2.0
base_model: BAAI/bge-small-zh-v1.5
pipeline_tag: token-classification
---

# {name} {version}

读部门绩效自评报告：逐句标注章节（{sections} 类）、类别（{kinds} 类）、问题与措施的领域（{areas} 类）、目标的清晰度（{clarity} 类），
并给出“另起一条”的概率和问题—措施的匹配向量。

- **骨干**：BAAI/bge-small-zh-v1.5（BERT，4 层 × 512，MIT 许可）；词表裁到 {pieces} 个词片后微调。
- **输入**：相邻陈述装进一个窗口（至多 {window} 个词片），窗口前加上级标题；每条陈述取其词片向量的均值。
- **推理**：OpenVINO 静态 int8（{size:.1f} MB），不需要 torch；同一份报告的结果与批次、并发无关。
- **领域**：网络的得分与 `words.npz` 的得分（陈述自身一至三字组合的线性模型，不看上下文）加权平均，权重在 dev 上定。
- **再训练**：`weights.safetensors`（fp16，{weights:.1f} MB）与 `network.json`；`jiping train --base 本目录`。
- **数据**：作者撰写并标注的报告与陈述库（annotations/），训练时随机组合、加噪，并接入公开的政府工作报告的句子；不含自评报告的原句。
- **局限**：训练语料是按真实提纲撰写的，不是真实报告；对提纲之外的文体（审计报告、工作报告）不作保证。置信度低于
  {review} 的陈述标 `review`，请人工复核。
"""
_FIGURES = {
    "section_char_accuracy": "章节（按字）",
    "section_macro_f1": "章节宏平均 F1",
    "kind_macro_f1": "类别宏平均 F1（按字）",
    "problem_f1": "问题条目 F1",
    "measure_f1": "措施条目 F1",
    "target_f1": "目标条目 F1",
    "area_micro_f1": "领域微平均 F1",
    "area_macro_f1": "领域宏平均 F1",
    "clarity_macro_f1": "清晰度宏平均 F1",
    "vague_f1": "空泛目标 F1",
    "end_to_end_f1": "条目及其首要领域 F1",
}
_FAMILY = ("section_char_accuracy", "problem_f1", "measure_f1", "area_micro_f1", "end_to_end_f1")


def card(home: Path) -> str:
    """Return the card of a model directory as Markdown."""
    about = json.loads((home / "config.json").read_text(encoding="utf-8"))
    metrics = json.loads((home / "metrics.json").read_text(encoding="utf-8"))
    tokenizer = json.loads((home / "tokenizer.json").read_text(encoding="utf-8"))
    parts = [
        _HEAD.format(
            name=about["name"],
            version=about["version"],
            sections=len(SECTIONS),
            kinds=len(KINDS),
            areas=len(AREAS),
            clarity=len(CLARITY),
            pieces=len(tokenizer["model"]["vocab"]),
            window=about["window"],
            review=about["thresholds"]["review"],
            size=(home / "model.bin").stat().st_size / 1e6,
            weights=(home / "weights.safetensors").stat().st_size / 1e6,
        ),
        *_figures(metrics),
        *_trials(home),
    ]
    return "\n".join(parts)


def _trials(home: Path) -> list[str]:
    """Return what a person wrote of the training: what was tried, what helped and what did not."""
    path = home / "trials.md"
    return ["", path.read_text(encoding="utf-8")] if path.exists() else []


def _figures(metrics: dict[str, Any]) -> list[str]:
    splits = [name for name in ("dev", "test") if name in metrics]
    rows = [
        [title, *(f"{metrics[s]['figures'][key]:.3f}" for s in splits)]
        for key, title in _FIGURES.items()
    ]
    out = ["## 指标\n", table(["指标", *splits], rows)]
    if "test" in metrics:
        out += ["\n## 各提纲族（test）\n", _families(metrics["test"]["families"])]
    if "seeds" in metrics:
        found = metrics["seeds"]
        rows = [
            [title, f"{found['mean'][key]:.3f} ± {found['sd'][key]:.3f}"]
            for key, title in _FIGURES.items()
        ]
        head = f"\n## {found['runs']} 个随机种子（test，fp32，均值 ± 标准差）\n"
        out += [head, table(["指标", "各种子"], rows)]
    if "comparison" in metrics:
        out += ["\n## 与基线比较（test）\n", _comparison(metrics["comparison"])]
    if "int8" in metrics:
        rows = [[name, f"{value:.4f}"] for name, value in metrics["int8"].items()]
        out += ["\n## int8 与 fp32\n", table(["量", "值"], rows)]
    for split in splits[-1:]:
        found = metrics[split]["reliability"] | metrics[split]["review"]
        rows = [[name, f"{value:.4f}"] for name, value in found.items()]
        out += [f"\n## 概率是否可信（{split}）\n", table(["量", "值"], rows)]
    return out


def _families(families: dict[str, dict[str, float]]) -> str:
    rows = [
        [name or "—", f"{row['reports']:.0f}", *(f"{row[key]:.3f}" for key in _FAMILY)]
        for name, row in families.items()
    ]
    return table(["提纲族", "份数", *(_FIGURES[key] for key in _FAMILY)], rows)


def _comparison(comparison: dict[str, dict[str, float]]) -> str:
    rows = [
        [title, *(f"{row[key]:.3f}" for row in comparison.values())]
        for key, title in _FIGURES.items()
    ]
    return table(["指标", *comparison], rows)


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
