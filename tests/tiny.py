"""A BERT small enough for tests, random but always the same, and labelled reports to feed it."""

import json
from pathlib import Path

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from jiping.annotation.marked import read_marked

MARKED = """\
#! id=T-{n} | family=guangdong | outline=常规 | unit=青堰县水务局 | province=湖北 | year=2022
## front_matter
H | 青堰县水务局2022年度部门整体支出绩效自评报告
## finance
H | 一、预算执行情况
F | 全年支出{n}20.5万元，预算执行率9{n}%。
&R | 完成渠道清淤{n}2公里。
## performance_targets
H | 二、绩效目标
T quantified | 目标一：改造泵站{n}座。
&T vague | 目标二：不断提升供水水平。
## problems
H | 三、存在的问题
P procurement | （一）采购计划性差，合同备案不及时。
&+P staffing | 原因是人手不足。
P budget_execution | （二）预算执行进度偏慢。
## measures
H | 四、改进措施
M procurement >1 | （一）按季编制采购计划，合同签订后十日内备案。
M budget_execution >2 | （二）按月通报各股室支出进度。
"""
FRAGMENT = """\
@ 单位：柳坪镇中心小学 | 级别：乡镇 | 省：湖南
P asset_management | 一是功能室里的钢琴多年没人用。
M asset_management >1 | 把闲置钢琴调给镇幼儿园使用。
"""


def reports(count=3):
    """Return whole reports, all a little different."""
    return [r for n in range(1, count + 1) for r in read_marked(MARKED.replace("{n}", str(n)), "T")]


def fragments():
    """Return a fragment of the statement bank, its sections unknown."""
    return list(read_marked(FRAGMENT, "T"))


def tokenizer():
    """Return a word-piece tokenizer of the characters above."""
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *(f"[unused{i}]" for i in range(1, 9))]
    pieces = sorted({*MARKED, *FRAGMENT, *"0123456789", *(f"##{d}" for d in "0123456789")})
    vocabulary = {p: i for i, p in enumerate(special + [p for p in pieces if p.strip()])}
    made = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return made


def base(home: Path) -> Path:
    """Write a BERT of two layers, 32 wide, and its tokenizer."""
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(3)
    words = tokenizer()
    config = BertConfig(
        vocab_size=words.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=512,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(home)
    words.save(str(home / "tokenizer.json"))
    (home / "tokenizer_config.json").write_text(json.dumps({"model_max_length": 512}), "utf-8")
    return home
