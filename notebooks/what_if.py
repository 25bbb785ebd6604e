# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 比例高一点会怎样 · What if the quotas were higher
#
# 定比例之前，总要问“高一点会怎样”。凭感觉回答不了：多走几个人，可能补上一个学科，也可能让另一所学校散了架。
# 这份笔记把几种假设一次算完，并排摆出来：多动几个人、动的是谁、各项目标好了还是坏了，哪一种根本做不到、为什么。
#
# 一、写下几种假设 · 二、一次算完 · 三、怎样读这几张表 · 四、到底换了哪些人 · 五、做不到的那一种 · 六、换成自己的问题

# %%
import rotation_planner as rp

# %% [markdown]
# ## 一、写下几种假设 · Write the questions down
#
# 假设写在一个文本文件里，一种一段：编号、名称、改什么。规则的编号见 [yearly_plan](yearly_plan.ipynb) 第二节。这里用的
# `quotas.yaml` 有六种，前两段是这样：
#
# ```yaml
# variants:
#   - id: quality-25
#     title: 城区和优质学校25%
#     adjust: {quota-quality: {at_least: 25%}}
#   - id: backbone-30
#     title: 骨干30%
#     adjust: {quota-backbone: {at_least: 30%}}
# ```
#
# 现在的规定是：城区和优质学校每年不低于符合条件教师的15%，骨干不低于全部交流人员的20%，人数较多的学校分五年安排。
# 最后一种改的不是规则，是数据：两所乡村学校的编制各加1人。
#
# ## 二、一次算完 · Plan them all
#
# 每一种都老老实实编一个方案、做一次核查，几种同时算。“现状”是什么都不改的那一种，自动排在最前面。

# %%
scenario = rp.load_scenario("../scenarios/haitang")
found = rp.whatif(scenario, "quotas.yaml")
found

# %% [markdown]
# ## 三、怎样读这几张表 · How to read it
#
# 第一张表一列是一种假设，第二张表只写和现状的差别（没有差别的行不列）。各层目标都是越小越好，前面的目标比后面的要紧。
#
# - **城区和优质学校25%**：需要之外只多1人，第四层（骨干均衡、志愿和路途）还好了20分。人数较多的学校分五年安排，
#   每年本来就要走五分之一，15%提高到25%，碰到的学校很少。
# - **骨干30%**：需要之外多3人，骨干分布更均衡。代价是这3人今年本来不必走。
# - **骨干55%**：这一列要当心。比例的分母是全部交流人员，要达到55%，程序只好少动别人：交流从43人降到25人，
#   应交流而没有安排的从2人变成21人。比例定得太高，得到的是更少的交流。
# - **分三年安排**：今年就多走6人，应交流而没有安排的反而从2人变成3人，平均路程也远了。快两年，代价在这里。
# - **乡村编制各加1人**：各层目标一个也没有变，只有几个人换了同样好的去处。缺的不是编制，是能去的人。
#
# ## 四、到底换了哪些人 · Who is it
#
# 两个方案逐人对照，引号里写假设的编号。现状（`base`）是第一个方案，骨干30%是第二个：

# %%
rp.compare(found.plan("base"), found.plan("backbone-30"))

# %% [markdown]
# ## 五、做不到的那一种 · The one that cannot be
#
# 骨干60%没有方案，不是没算出来，是证明了不可能。单独编一次，可以看到卡在哪里：

# %%
tight = rp.load_scenario("../scenarios/haitang", adjust={"quota-backbone": {"at_least": "60%"}})
rp.make_plan(tight)

# %% [markdown]
# 让一步要付什么代价，另有一问：`rp.diagnose(tight)`（要算一两分钟）。它给一张价目表，每一种让步都真的改了、重新算过：
# 骨干改为 56.5%就有方案；或者校级领导今年可以一个不动；或者海棠路小学今年登记例外。
#
# ## 六、换成自己的问题 · Your own questions
#
# 把 `quotas.yaml` 复制一份，改成自己的问题再运行第二节。几个比例要互相搭配着试的（比如城区15%、20%、25%各配骨干20%、
# 30%），写成 `axes`，程序自己配成六种。要把每一种的名单、核查和图都留下来，加上 `out="文件夹"`；中途停了，
# 再运行一次会接着算，算过的不重算。
#
# ---
#
# **In English.** Six questions in one file (higher quotas, a shorter phasing, one more post at each rural school),
# each planned and audited, side by side with the scenario as it is: counts, goals, indicators, and only what differs.
# Who would go in one plan and not in the other, by name. One of the six is proven impossible, and where the line is;
# `rp.diagnose` tells what clashes and the price of each repair. Last, how to ask other questions and keep every plan.
